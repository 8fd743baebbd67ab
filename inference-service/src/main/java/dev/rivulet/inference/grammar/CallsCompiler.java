// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.grammar;

import dev.rivulet.engine.ToolFormat;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.StringNode;

/** Writes calls of tools in the format of a model's family into a grammar. */
final class CallsCompiler {

    private static final JsonNode NO_PARAMETERS =
            JsonNodeFactory.instance.objectNode().put("type", "object").put("additionalProperties", false);

    private final GrammarBuilder builder;

    CallsCompiler(GrammarBuilder builder) {
        this.builder = builder;
    }

    int compile(AnswerForm.Calls calls) throws GrammarRefusedException {
        int rule = builder.rule();
        int start = builder.start(rule);
        int end = switch (calls.format()) {
            case HERMES -> list(calls, start, "<tool_call>\n", "\n</tool_call>", "\n");
            case MISTRAL -> builder.literal(list(calls, builder.literal(start, "["), "", "", ", "), "]");
            case LLAMA, NONE -> one(calls, start);
        };
        builder.epsilon(end, builder.end(rule));
        return rule;
    }

    private int list(AnswerForm.Calls calls, int from, String open, String close, String separator)
            throws GrammarRefusedException {
        int begin = builder.state();
        builder.epsilon(from, begin);
        int end = builder.literal(one(calls, builder.literal(begin, open)), close);
        if (calls.several()) {
            builder.epsilon(builder.literal(end, separator), begin);
        }
        return end;
    }

    private int one(AnswerForm.Calls calls, int from) throws GrammarRefusedException {
        int to = builder.state();
        String arguments = calls.format() == ToolFormat.LLAMA ? "parameters" : "arguments";
        for (AnswerForm.Tool tool : calls.tools()) {
            String name = StringNode.valueOf(tool.name()).toString();
            int after = builder.state();
            int before = builder.literal(from, "{\"name\": " + name + ", \"" + arguments + "\": ");
            builder.call(before, schema(tool), after);
            builder.epsilon(builder.literal(after, "}"), to);
        }
        return to;
    }

    private int schema(AnswerForm.Tool tool) throws GrammarRefusedException {
        JsonNode parameters = tool.parameters();
        JsonNode schema = parameters == null ? NO_PARAMETERS : parameters;
        String path = tool.name() + ".parameters";
        if (!schema.path("type").asString("object").equals("object")) {
            throw new GrammarRefusedException(path + ".type", "must be object");
        }
        try {
            return new SchemaCompiler(schema, builder).compile();
        } catch (GrammarRefusedException e) {
            String whole = e.path().isEmpty() ? path : path + "." + e.path();
            throw new GrammarRefusedException(whole, String.valueOf(e.getMessage()));
        }
    }
}
