// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.template;

import dev.rivulet.engine.ChatMessage;
import dev.rivulet.engine.ChatTemplate;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.Prompt;
import dev.rivulet.engine.ToolFormat;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The chat template of a model, with the variables that templates expect: {@code messages}, {@code add_generation_prompt}, the
 * model's special tokens such as {@code bos_token}, and {@code tools}, and {@code documents} as none. Text of callers stays
 * untrusted through every filter and operator. Roles that the field knows count as the template's own words; others as text of
 * the caller.
 */
public final class ModelChatTemplate implements ChatTemplate {

    /** What is taken for a model that has the tokens of ChatML but no template. */
    public static final String CHATML = """
            {%- for message in messages -%}
            {{- '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' -}}
            {%- endfor -%}
            {%- if add_generation_prompt -%}
            {{- '<|im_start|>assistant\\n' -}}
            {%- endif -%}
            """;

    private static final Set<String> KNOWN_ROLES =
            Set.of("system", "user", "assistant", "tool", "developer", "function", "ipython");

    private final JinjaTemplate template;
    private final ToolFormat toolFormat;
    private final Map<String, Value> constants;
    private final TemplateLimits limits;
    private final Clock clock;
    private final MessageContents contents;

    /**
     * @param file where the template comes from, for messages
     * @param source the template
     * @param specialTokens text of special tokens by the names that templates use
     * @param clock for the time budget and templates that print the date
     * @throws ModelRejectedException if the template is malformed or uses what is not supported; the message names the line
     */
    public ModelChatTemplate(
            String file, String source, Map<String, String> specialTokens, TemplateLimits limits, Clock clock)
            throws ModelRejectedException {
        this.template = JinjaTemplate.parse(file, source);
        this.toolFormat = ToolFormat.of(source);
        this.limits = limits;
        this.clock = clock;
        this.contents = MessageContents.of(source);
        Map<String, Value> constants = new HashMap<>();
        specialTokens.forEach((name, text) -> constants.put(name, Text.trusted(text)));
        constants.put("tools", Value.NONE);
        constants.put("documents", Value.NONE);
        this.constants = Map.copyOf(constants);
    }

    @Override
    public Prompt render(List<ChatMessage> messages, boolean addGenerationPrompt) throws TemplateException {
        return render(messages, List.of(), addGenerationPrompt);
    }

    @Override
    public ToolFormat toolFormat() {
        return toolFormat;
    }

    @Override
    public Prompt render(List<ChatMessage> messages, List<String> tools, boolean addGenerationPrompt)
            throws TemplateException {
        Map<String, Value> variables = new HashMap<>(constants);
        if (!tools.isEmpty()) {
            variables.put("tools", ToolValues.tools(tools));
        }
        List<Value> conversation = new ArrayList<>(messages.size());
        for (ChatMessage message : messages) {
            Map<Value, Value> fields = new LinkedHashMap<>();
            fields.put(Text.trusted("role"), role(message.role()));
            fields.put(Text.trusted("content"), contents.of(message));
            ToolValues.add(message, fields);
            conversation.add(new Value.Dict(fields));
        }
        variables.put("messages", new Value.Items(conversation));
        variables.put("add_generation_prompt", Value.of(addGenerationPrompt));
        return template.render(variables, limits, clock).toPrompt();
    }

    private static Text role(String role) {
        return KNOWN_ROLES.contains(role) ? Text.trusted(role) : Text.foreign(role);
    }
}
