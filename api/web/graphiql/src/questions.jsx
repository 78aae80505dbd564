import React from "react";
import { flushSync } from "react-dom";
import { useEditorContext } from "@graphiql/react";
import { tabFor } from "./config.js";

/** A pane that lists the questions; a click brings a question's tab to the front, or opens it again once it was closed or edited. */
export function questionsPlugin(questions) {
  return {
    title: "Questions",
    icon: QuestionIcon,
    content: () => <QuestionList questions={questions} />,
  };
}

function QuestionIcon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" aria-hidden="true">
      <circle cx="12" cy="12" r="9.5" />
      <path d="M9.2 9.4a2.9 2.9 0 1 1 4.3 2.6c-.9.5-1.5 1-1.5 2" />
      <path d="M12 17.2v.1" strokeWidth="2.2" />
    </svg>
  );
}

function QuestionList({ questions }) {
  const editors = useEditorContext({ nonNull: true });

  function open(question) {
    const wanted = tabFor(question);
    const index = editors.tabs.findIndex((tab) => tab.query === wanted.query && tab.variables === wanted.variables);
    if (index >= 0) {
      editors.changeTab(index);
      return;
    }
    // A new tab empties the editors when it is rendered; what is set before that would be lost.
    flushSync(() => editors.addTab());
    editors.queryEditor?.setValue(wanted.query);
    editors.variableEditor?.setValue(wanted.variables);
    editors.headerEditor?.setValue(wanted.headers);
  }

  return (
    <section aria-label="Questions">
      <div className="graphiql-doc-explorer-title milkline-title">Questions</div>
      <ol className="milkline-questions">
        {questions.map((question) => (
          <li key={question.title}>
            <button type="button" className="graphiql-un-styled" onClick={() => open(question)}>
              {question.title}
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
