// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import dev.rivulet.inference.grammar.AnswerForm.Tool;
import java.util.List;
import java.util.Set;

/**
 * Tools that a model may or must call.
 *
 * @param sources of the tools, for the chat template
 * @param names of the tools; other names in an answer are no calls
 * @param forced of which one must be called; none where the model may choose
 * @param several whether more than one call may be forced
 */
record ToolRequest(List<String> sources, Set<String> names, List<Tool> forced, boolean several) {}
