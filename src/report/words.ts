/** What puts a story into English words: for the worker of pages a file of its own, which it loads with the first that is asked. */
export { story as words } from './lang/en-story.js';
export { renderStory, withWords } from './render.js';
