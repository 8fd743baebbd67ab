// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.template;

import dev.rivulet.engine.ChatTemplate.TemplateException;
import dev.rivulet.engine.ModelRejectedException;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** A parsed template. Immutable and thread-safe: each rendering has its own variables and budget. */
final class JinjaTemplate {

    private static final int LONGEST = 1 << 20;

    private final List<Node> nodes;

    private JinjaTemplate(List<Node> nodes) {
        this.nodes = nodes;
    }

    /**
     * @param file name for messages
     * @throws ModelRejectedException if the template is malformed or uses what is not supported; the message names the line
     */
    static JinjaTemplate parse(String file, String source) throws ModelRejectedException {
        if (source.length() > LONGEST) {
            throw new ModelRejectedException(file + ": longer than the " + LONGEST + " characters that are accepted");
        }
        return new JinjaTemplate(TemplateParser.parse(file, source));
    }

    Text render(Map<String, Value> variables, TemplateLimits limits, Clock clock) throws TemplateException {
        Budget budget = new Budget(limits, clock);
        Scope globals = new Scope(null);
        new Globals(budget, clock).define(globals);
        Scope scope = new Scope(globals);
        variables.forEach(scope::set);
        try {
            return new Statements(budget).render(nodes, scope);
        } catch (Value.TooDeep | StackOverflowError e) {
            throw new TemplateException("the model's chat template nests values too deeply for this conversation");
        }
    }
}
