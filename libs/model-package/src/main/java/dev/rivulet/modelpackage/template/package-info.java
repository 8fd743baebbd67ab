// SPDX-License-Identifier: Apache-2.0
/**
 * Chat templates: a small evaluator of the part of Jinja that model templates use. It has no reflection, no access to anything
 * but its variables, and budgets for steps, depth, time and output; it remembers which text came from callers.
 */
@NullMarked
package dev.rivulet.modelpackage.template;

import org.jspecify.annotations.NullMarked;
