// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.template;

import dev.rivulet.engine.ChatTemplate.TemplateException;
import java.time.Clock;

/** What is left for one rendering. */
final class Budget {

    private static final int STEPS_PER_LOOK_AT_CLOCK = 256;
    private static final int UNITS_PER_STEP = 32;

    private final TemplateLimits limits;
    private final Clock clock;
    private final long deadline;
    private long steps;
    private long nextLook = STEPS_PER_LOOK_AT_CLOCK;
    private int depth;

    Budget(TemplateLimits limits, Clock clock) {
        this.limits = limits;
        this.clock = clock;
        this.deadline = clock.millis() + limits.time().toMillis();
    }

    /** One step down the tree; pair it with {@link #leave}. */
    void enter() throws TemplateException {
        if (++depth > limits.depth()) {
            throw spent("nests deeper than " + limits.depth());
        }
        spend(1);
    }

    void leave() {
        depth--;
    }

    /** Characters or list entries about to be handled. */
    void handle(long units) throws TemplateException {
        spend(1 + units / UNITS_PER_STEP);
    }

    /** Text about to be made, of so many characters. */
    void make(long characters) throws TemplateException {
        limit(characters);
        handle(characters);
    }

    /** Text that grows to so many characters, of which those before are accounted for. */
    void limit(long characters) throws TemplateException {
        if (characters > limits.characters()) {
            throw spent("makes more than " + limits.characters() + " characters");
        }
    }

    private void spend(long count) throws TemplateException {
        steps += count;
        if (steps > limits.steps()) {
            throw spent("takes more than " + limits.steps() + " steps");
        }
        if (steps >= nextLook) {
            nextLook = steps + STEPS_PER_LOOK_AT_CLOCK;
            if (clock.millis() > deadline) {
                throw spent("takes longer than " + limits.time().toMillis() + " ms");
            }
        }
    }

    private static TemplateException spent(String fault) {
        return new TemplateException("the model's chat template " + fault + " for this conversation; shorten it");
    }
}
