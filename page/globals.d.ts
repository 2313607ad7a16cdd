/** What vite makes of a file that is asked for as text. */
declare module '*?raw' {
  const text: string;
  export default text;
}
declare module '*.css?inline' {
  const css: string;
  export default css;
}
