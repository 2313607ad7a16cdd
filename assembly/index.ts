export { fieldAt, getField, setField, bytesAt } from "./packet"; export * from "../src/abi";
