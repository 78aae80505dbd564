import React, { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { GraphiQL } from "graphiql";
import { PluginContextProvider } from "@graphiql/react";
import "graphiql/style.css";
import "./page.css";
import { headersFor, readConfig, tabFor, WELCOME } from "./config.js";
import { createFetcher } from "./fetcher.js";
import { questionsPlugin } from "./questions.jsx";
import { createStorage } from "./storage.js";

const config = readConfig();
const asked = config.questions.length > 0;
const tabs = asked ? config.questions.map(tabFor) : [WELCOME];
const plugins = asked ? [questionsPlugin(config.questions)] : [];
const storage = createStorage(config, tabs);
const fetcher = createFetcher(config.endpoint);

// GraphiQL 4 opens a pane at its start only when its store has it as the visible one before it mounts, so the store is filled first.
function App() {
  const [filled, setFilled] = useState(false);
  useEffect(() => setFilled(true), []);
  return (
    <PluginContextProvider plugins={plugins} visiblePlugin={plugins[0]}>
      {filled && <Editor />}
    </PluginContextProvider>
  );
}

function Editor() {
  return (
    <GraphiQL
      fetcher={fetcher}
      storage={storage}
      shouldPersistHeaders
      showPersistHeadersSettings={false}
      isHeadersEditorEnabled
      defaultHeaders={headersFor()}
      defaultEditorToolsVisibility={asked ? "variables" : "headers"}
      defaultTabs={tabs}
      plugins={plugins}
      visiblePlugin={plugins[0]}
    >
      <GraphiQL.Logo>
        <span className="milkline-logo">Milkline</span>
      </GraphiQL.Logo>
    </GraphiQL>
  );
}

createRoot(document.getElementById("graphiql")).render(<App />);
