// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.handover;

import dev.rivulet.federation.rounds.Federation;
import dev.rivulet.federation.rounds.FederationStore;
import dev.rivulet.federation.rounds.RoundEvent.Aggregated;
import dev.rivulet.federation.rounds.RoundEvent.Charged;
import dev.rivulet.federation.rounds.RoundEvent.Published;
import dev.rivulet.federation.rounds.RoundState.Ended;
import dev.rivulet.federation.rounds.Witness;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Keeps a version that is to go in the transaction that publishes it to devices. */
@Component
class HandoverWitness implements Witness {

    private final HandoverStore store;
    private final FederationStore federations;
    private final Handovers handovers;

    HandoverWitness(HandoverStore store, FederationStore federations, Handovers handovers) {
        this.store = store;
        this.federations = federations;
        this.handovers = handovers;
    }

    @Override
    public void made(Federation federation) {
        // A new federation has no destination.
    }

    @Override
    public void running(String federation, boolean running) {
        // What was made goes, whether rounds begin or not.
    }

    @Override
    public void wentOn(Step step) {
        if (step.events().getLast() instanceof Published published) {
            store.destination(step.federation()).ifPresent(destination -> {
                Ended ended = (Ended) step.state().get();
                Aggregated made = ended.aggregated();
                if (made != null && destination.wants(made.version())) {
                    store.add(
                            step.federation(),
                            made.version(),
                            step.round(),
                            made.sha256(),
                            destination,
                            facts(step, ended),
                            published.at());
                    wakeAfterCommit();
                }
            });
        }
    }

    private Map<String, String> facts(Step step, Ended ended) {
        Map<String, String> facts = new TreeMap<>();
        facts.put("federation", step.federation());
        facts.put("round", Long.toString(step.round()));
        facts.put("contributors", Integer.toString(ended.collected().counted().size()));
        facts.put("base_version", Long.toString(ended.collected().opened().base()));
        Charged charged = ended.collected().charged();
        if (charged != null) {
            facts.put("epsilon", Double.toString(charged.epsilon()));
            facts.put("delta", Double.toString(charged.delta()));
        }
        federations
                .find(step.federation())
                .ifPresent(federation -> facts.put(
                        "strategy",
                        federation.settings().aggregation().strategy().name()));
        return facts;
    }

    private void wakeAfterCommit() {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                handovers.wake();
            }
        });
    }
}
