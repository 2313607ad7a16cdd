/** Milliseconds that each step is shown for while a walk plays, on the page and in the element. */
export const PACE = 900;
