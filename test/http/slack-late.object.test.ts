import { lateSuite } from "./slack-late-suite.ts";

lateSuite("object");
