// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds.http;

import dev.rivulet.devices.v1.Noised;
import dev.rivulet.devices.v1.Secure;
import dev.rivulet.devices.v1.Weighted;
import dev.rivulet.federated.privacy.NoisePlan;
import dev.rivulet.federated.secagg.MaskedMean;
import dev.rivulet.federation.rounds.SecureTerms;
import dev.rivulet.federation.rounds.SecureTerms.Form;

/** The terms of a secure round as one device is told them. */
final class SecureWork {

    private SecureWork() {}

    static Secure of(SecureTerms terms, String device) {
        Secure.Builder secure = Secure.newBuilder()
                .setAggregation(terms.plan().round())
                .setDevice(terms.number(device).orElse(0))
                .setDevices(terms.plan().devices())
                .setMinimum(terms.plan().minimum())
                .setBits(terms.plan().bits());
        if (terms.plan().signed()) {
            secure.addAllMembers(terms.devices());
        }
        return switch (terms.form()) {
            case Form.Weighted(MaskedMean mean, boolean alike) ->
                secure.setWeighted(Weighted.newBuilder()
                                .setRange(mean.range())
                                .setLevels(mean.levels())
                                .setMostWeight(mean.mostWeight())
                                .setAlike(alike))
                        .build();
            case Form.Noised(NoisePlan plan, long seed) ->
                secure.setNoised(Noised.newBuilder()
                                .setClip(plan.clip())
                                .setGranularity(plan.granularity())
                                .setLocalDeviation(plan.localDeviation())
                                .setRotationSeed(seed))
                        .build();
        };
    }
}
