/** What JSX becomes; the build puts it into every file. Names that nobody takes for something else. */
export { Fragment as $fragment, h as $element } from "../view/element.ts";
