import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { setImmediate as soon, setTimeout as later } from "node:timers/promises";
import { signal } from "../src/state/signal.ts";
import { render } from "../src/view/draw.ts";
import { Fragment, h } from "../src/view/element.ts";
import { useEffect, useLayoutEffect, useRef, useState } from "../src/view/hooks.ts";
import { PAINTED_MS, drawn, failures, shown } from "./drawn.ts";
import { Element, SVGElement, moved } from "./page.ts";

afterEach(() => assert.deepEqual(failures(), []));

test("texts, numbers and lists are drawn; null, undefined and booleans are not", () => {
  const box = drawn(h("p", null, "a", 1, null, false, [h("b", { key: 1 }, "c"), undefined, "d"]));
  assert.equal(shown(box), "<p>a1<b>c.d.");
});

test("what has a key goes where it is wanted, and only what must be moved is moved", async () => {
  const names = signal(["a", "b", "c", "d"]);
  const List = () => names.value.map((name) => h("li", { key: name }, name));
  const box = drawn(h("ul", null, h(List, null), h("li", null, "end")));
  const list = box.childNodes[0] as Element;
  const before = [...list.childNodes];
  for (const [wanted, moves] of [
    [["d", "a", "b", "c"], ["d"]],
    [["a", "b", "c", "d"], ["d"]],
    [["b", "c", "d", "a"], ["a"]],
    [["x", "b", "a"], []],
    [[], []],
  ] as const) {
    moved.length = 0;
    names.value = [...wanted];
    await soon();
    assert.equal(shown(box), `<ul>${wanted.map((name) => `<li>${name}.`).join("")}<li>end..`);
    assert.deepEqual(
      moved.map((one) => one.written),
      moves.map((name) => `<li>${name}</>`),
    );
  }
  assert.equal(list.childNodes[0], before[4]);
});

test("what appears between others stands there, however deep it is wrapped", async () => {
  const isThere = signal(false);
  const Inner = () => (isThere.value ? h(Fragment, null, h("i", null), "!") : null);
  const box = drawn([h("a", null), h(() => h(Inner, null), null), h("b", null)]);
  assert.equal(shown(box), "<a>.<b>.");
  isThere.value = true;
  await soon();
  assert.equal(shown(box), "<a>.<i>.!<b>.");
  isThere.value = false;
  await soon();
  assert.equal(shown(box), "<a>.<b>.");
});

test("what draws with signals is not drawn again because its parent is, unless its properties are others", async () => {
  const [outer, inner] = [signal(0), signal(0)];
  const times = { inner: 0, outer: 0 };
  const Inner = ({ half }: { half: number }) => (times.inner++, `${half} ${inner.value}`);
  const Outer = () => (times.outer++, h(Inner, { half: outer.value >> 1 }));
  const box = drawn(h(Outer, null));
  outer.value = 1;
  await soon();
  assert.deepEqual(times, { inner: 1, outer: 2 });
  [outer.value, inner.value] = [2, 5];
  await soon();
  assert.deepEqual(times, { inner: 2, outer: 3 });
  assert.equal(shown(box), "1 5");
});

test("state lasts, and several changes are one drawing", async () => {
  let set: (next: (now: number) => number) => void = () => undefined;
  let times = 0;
  const Count = () => {
    const [count, setCount] = useState(1);
    [set, times] = [setCount, times + 1];
    return count;
  };
  const box = drawn(h(Count, null));
  set((now) => now + 1);
  set((now) => now + 1);
  await soon();
  assert.deepEqual([shown(box), times], ["3", 2]);
});

test("effects come when all is on the page, inner ones first, and end before they come again and when it goes", async () => {
  const heard: string[] = [];
  const isOnPage = (one: Node | null | undefined): boolean => one === main || (!!one && isOnPage(one.parentNode));
  const number = signal(1);
  const One = ({ name }: { name: string }) => {
    const box = useRef<HTMLElement>(null);
    useLayoutEffect(() => (heard.push(`lay ${name} ${isOnPage(box.current)}`), () => heard.push(`unlay ${name}`)), []);
    useEffect(() => (heard.push(`do ${name}`), () => heard.push(`undo ${name}`)), [name]);
    return h("p", { ref: box }, name === "a" && h(One, { name: "inner" }));
  };
  const main = new Element("main") as never;
  render(
    h(() => (number.value === 3 ? null : h(One, { name: number.value === 1 ? "a" : "b" })), null),
    main,
  );
  assert.deepEqual(heard.splice(0), ["lay inner true", "lay a true"]);
  await later(PAINTED_MS);
  assert.deepEqual(heard.splice(0), ["do inner", "do a"]);
  number.value = 2;
  await later(PAINTED_MS);
  assert.deepEqual(heard.splice(0), ["unlay inner", "undo inner", "undo a", "do b"]);
  number.value = 3;
  await later(PAINTED_MS);
  assert.deepEqual(heard, ["unlay a", "undo b"]);
});

test("what is gone is not drawn again, and does not do what it had not done yet", async () => {
  const number = signal(1);
  let times = 0;
  const One = () => (useEffect(() => void times++), number.value);
  const box = drawn(h(() => (number.value === 1 ? h(One, null) : "gone"), null));
  number.value = 2;
  await later(PAINTED_MS);
  assert.deepEqual([shown(box), times], ["gone", 1]);
});

test("properties are set where they differ, handlers are exchanged, and an event is not heard by what it has drawn", async () => {
  const isOn = signal(false);
  const heard: string[] = [];
  const Button = () =>
    h("p", isOn.value ? { onClick: () => heard.push("p"), "aria-busy": false } : { title: "x", class: "y" }, [
      h("a", { key: 1, onClick: () => ((isOn.value = true), heard.push(`a ${isOn.value}`)) }),
    ]);
  const p = drawn(h(Button, null)).childNodes[0] as Element;
  const a = p.childNodes[0] as Element;
  assert.deepEqual([p.title, p.attributes], ["x", { class: "y" }]);
  const click = {};
  a.heard["click"]?.handleEvent(click);
  await soon();
  p.heard["click"]?.handleEvent(click);
  assert.deepEqual([p.title, p.attributes, heard], ["", { "aria-busy": "false" }, ["a true"]]);
  p.heard["click"]?.handleEvent({});
  assert.deepEqual(heard, ["a true", "p"]);
});

test("a field keeps what users wrote until something else is wanted", async () => {
  const text = signal("a");
  const again = signal(0);
  const Field = () => (again.value, h("input", { value: text.value, onInput: () => undefined }));
  const field = drawn(h(Field, null)).childNodes[0] as Element;
  assert.equal(field.value, "a");
  field.value = "typed";
  text.value = "typed";
  await soon();
  assert.equal(field.value, "typed");
  text.value = "";
  await soon();
  assert.equal(field.value, "");
});

test("several with one key stay what they are", async () => {
  const number = signal(0);
  let born = 0;
  const One = () => useState(() => born++)[0];
  const All = () => [number.value, ["x", "x", "y"].map((key) => h(One, { key }))];
  const box = drawn(h(All, null));
  number.value = 5;
  await soon();
  assert.deepEqual([shown(box), born], ["5012", 3]);
});

test("a reference follows to another element, and is empty when that goes", async () => {
  const place = signal(0);
  let reference: { readonly current: unknown } = { current: null };
  const One = () => {
    const ref = useRef<HTMLElement>(null);
    reference = ref;
    return ["i", "u"].map((name, i) => h(name, null, place.value === i && h("b", { ref })));
  };
  const box = drawn(h(One, null));
  for (const next of [1, 0, 1]) {
    place.value = next;
    await soon();
    assert.equal(reference.current, (box.childNodes[next] as Element).childNodes[0]);
  }
  place.value = 2;
  await soon();
  assert.equal(reference.current, null);
});

test("boxes are ticked, choices chosen once they stand there, styles and properties taken away again", async () => {
  const isOn = signal(true);
  const Form = () => [
    h("input", { type: "checkbox", checked: isOn.value }),
    h(
      "select",
      { value: isOn.value ? "b" : "a" },
      ["a", "b"].map((value) => h("option", { value })),
    ),
    h("p", isOn.value ? { style: { color: "red", "--n": "1" }, title: "x" } : { style: { color: "blue" } }),
  ];
  const [box, choice, text] = drawn(h(Form, null)).childNodes as Element[];
  const now = () => [box?.checked, choice?.value, [...(text?.style.entries() ?? [])], text?.title];
  assert.deepEqual(now(), [true, "b", [["color", "red"], ["--n", "1"]], "x"]); // prettier-ignore
  isOn.value = false;
  await soon();
  assert.deepEqual(now(), [false, "a", [["color", "blue"]], ""]);
});

test("what stands in a drawing is a part of it, and has attributes", () => {
  const Line = ({ d }: { d: string }) => h("path", { d });
  const [drawing, beside] = drawn([h("svg", { viewBox: "0 0 1 1" }, h(Line, { d: "M0" })), h("b", null)]).childNodes;
  const line = (drawing as Element).childNodes[0] as Element;
  assert.deepEqual([drawing, line, beside].map((one) => one instanceof SVGElement), [true, true, false]); // prettier-ignore
  assert.deepEqual([(drawing as Element).attributes, line.attributes], [{ viewBox: "0 0 1 1" }, { d: "M0" }]);
});
