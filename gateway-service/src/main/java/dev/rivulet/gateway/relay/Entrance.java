// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import dev.rivulet.gateway.admission.AdmissionGate;
import dev.rivulet.gateway.admission.Entrant;
import dev.rivulet.gateway.admission.Permit;
import dev.rivulet.gateway.budget.Budgets;
import dev.rivulet.gateway.budget.Budgets.Reservation;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.problems.ProblemException;
import java.util.function.Supplier;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Lets a request in that its key can afford and for which there is room, and settles both when it has ended: with what replicas
 * took for it, however it ended.
 */
final class Entrance {

    private final Budgets budgets;
    private final AdmissionGate gate;

    Entrance(Budgets budgets, AdmissionGate gate) {
        this.budgets = budgets;
        this.gate = gate;
    }

    /**
     * Waits for room, then answers. The answer's headers say what is left of the key's budgets. What asks for no answer of a model
     * needs neither: replicas bound it themselves.
     *
     * @return fails with a {@link ProblemException} with {@code rate_limit_exceeded}, or as {@link AdmissionGate#enter} does
     */
    Mono<Void> admit(ServerWebExchange exchange, Ask ask, Supplier<Mono<Void>> answer) {
        if (ask.counts()) {
            return answer.get();
        }
        HttpHeaders headers = exchange.getResponse().getHeaders();
        Passage passage = ask.passage();
        return Mono.defer(() -> {
            Reservation reservation =
                    budgets.reserve(passage.identity(), ask.envelope().tokens()).granted(headers::set);
            return entered(ask, answer).doFinally(signal -> settle(reservation, passage));
        });
    }

    private Mono<Void> entered(Ask ask, Supplier<Mono<Void>> answer) {
        Passage passage = ask.passage();
        return gate.enter(entrant(ask)).flatMap(permit -> {
            passage.ended("admission");
            passage.holds(() -> leave(permit, passage));
            return answer.get().doFinally(signal -> leave(permit, passage));
        });
    }

    private static Entrant entrant(Ask ask) {
        Passage passage = ask.passage();
        return new Entrant(
                ask.envelope().model(),
                passage.caller(),
                passage.identity().priority(),
                ask.envelope().tokens(),
                passage.timeLeft().orElse(null));
    }

    private static void leave(Permit permit, Passage passage) {
        permit.close(passage.tokens());
    }

    private static void settle(Reservation reservation, Passage passage) {
        reservation.settle(passage.settle(reservation::late));
    }
}
