// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import java.util.List;
import org.springframework.core.Ordered;
import reactor.core.publisher.Mono;

/**
 * One step between the door and a replica: a bean that may change the request, answer it itself, ask the next step once, several
 * times or not at all, and change the answer. It must keep the reader's demand: a body is mapped, never collected, unless its
 * size is bounded and it is no stream. The order of all steps stands in {@link Order}.
 */
public interface Step extends Ordered {

    /** The places of the steps, the first being next to the caller. */
    final class Order {

        /** Streams are kept for those who come back for the rest. */
        public static final int RESUME = 200;

        /** Who got which answer is remembered. */
        public static final int FEEDBACK = 250;

        /** Pictures that are named by addresses are fetched. */
        public static final int MEDIA = 275;

        /** What may be asked and answered. */
        public static final int POLICY = 300;

        /** Who does not wait for his answer goes. */
        public static final int BACKGROUND = 350;

        /** Answers that are known already. */
        public static final int CACHE = 400;

        /** Several models answer together. */
        public static final int ASSISTANT = 450;

        /** Which of several models answers. */
        public static final int CASCADE = 500;

        /** What replicas are asked for and what their answers take is measured. */
        public static final int METER = 900;

        /** Which version of a model answers, while one is tried. */
        public static final int ROLLOUT = 950;

        private Order() {}
    }

    /** Answers, by asking the next step or not. */
    Mono<Answer> answer(Ask ask, Answering next);

    /** All steps in their order, before the last one, which asks a replica. */
    static Answering chain(List<? extends Step> steps, Answering last) {
        Answering all = last;
        for (Step step : steps.stream().sorted(Step::byOrder).toList().reversed()) {
            Answering next = all;
            all = ask -> step.answer(ask, next);
        }
        return all;
    }

    private static int byOrder(Step one, Step other) {
        return Integer.compare(one.getOrder(), other.getOrder());
    }
}
