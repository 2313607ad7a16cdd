/** What tells a packet's story, in English words: for the worker of pages a file of its own, which it loads with the first that is asked. */
export { loadExtensions } from '../run/rare-readers.js';
export { explain } from './explain.js';
export { story as words } from './lang/en-story.js';
export { renderStory, withWords } from './render.js';
