/** Where the browser begins: the page and its styles. */
import "./app.tsx";
import "./styles/index.css";
