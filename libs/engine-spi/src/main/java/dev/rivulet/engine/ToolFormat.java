// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

/** How a model family writes calls of tools. */
public enum ToolFormat {
    /** The chat template knows no tools. */
    NONE,

    /** Hermes, Qwen 2.5 and 3: each call as {@code {"name": …, "arguments": {…}}} between {@code <tool_call>} tags. */
    HERMES,

    /** Llama 3.1 to 3.3: the whole answer is {@code {"name": …, "parameters": {…}}}. */
    LLAMA,

    /** Mistral: the whole answer is {@code [TOOL_CALLS]} and an array of {@code {"name": …, "arguments": {…}}}. */
    MISTRAL;

    /** The format that the source of a chat template speaks of. */
    public static ToolFormat of(String template) {
        if (template.contains("<tool_call>")) {
            return HERMES;
        }
        if (template.contains("[TOOL_CALLS]")) {
            return MISTRAL;
        }
        boolean llama = template.contains("tools") && template.contains("\"parameters\"");
        return llama || template.contains("<|python_tag|>") ? LLAMA : NONE;
    }
}
