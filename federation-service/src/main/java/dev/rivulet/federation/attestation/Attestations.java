// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.attestation;

import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.devices.RefusalCode;
import dev.rivulet.devices.v1.Attestation;
import dev.rivulet.devices.v1.Enrolment;
import dev.rivulet.federation.attestation.Attestor.Verdict;
import dev.rivulet.federation.edge.RefusedException;
import dev.rivulet.federation.participants.EnrolmentGuard;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Lets devices enrol that show what their federation wants to see. */
@Component
public class Attestations implements EnrolmentGuard {

    private static final Logger log = LoggerFactory.getLogger(Attestations.class);

    private final RequirementStore store;
    private final Challenges challenges;
    private final TransactionTemplate transactions;
    private final ApplicationEventPublisher events;

    Attestations(
            RequirementStore store,
            Challenges challenges,
            TransactionTemplate transactions,
            ApplicationEventPublisher events) {
        this.store = store;
        this.challenges = challenges;
        this.transactions = transactions;
        this.events = events;
    }

    /** A federation wants something else of devices from now on: told in the transaction that keeps that. */
    public record Required(String federation, @Nullable Requirement requirement) {}

    /** What a federation wants; empty if a token is enough. */
    public Optional<Requirement> requirement(String federation) {
        return store.find(federation);
    }

    /**
     * Says what a federation wants of devices that enrol from now on.
     *
     * @param requirement null if a token is enough
     * @return whether there is such a federation
     */
    public boolean require(String federation, @Nullable Requirement requirement) {
        return Boolean.TRUE.equals(transactions.execute(_ -> {
            boolean known = store.keep(federation, requirement);
            if (known) {
                events.publishEvent(new Required(federation, requirement));
            }
            return known;
        }));
    }

    @Override
    public void admit(String federation, Enrolment enrolment) {
        store.find(federation).ifPresent(requirement -> {
            if (!enrolment.hasAttestation()) {
                throw refused("the federation wants to see what the device runs");
            }
            switch (judged(requirement, enrolment)) {
                case Verdict.Trusted(String measured) -> log.info("A device of {} runs {}", federation, measured);
                case Verdict.Refused(String reason) -> throw refused(reason);
            }
        });
    }

    private Verdict judged(Requirement requirement, Enrolment enrolment) {
        Attestation shown = enrolment.getAttestation();
        byte[] challenge = shown.getChallenge().toByteArray();
        if (!challenges.isAlive(challenge)) {
            return new Verdict.Refused("the challenge is not one that was given a moment ago");
        }
        byte[] nonce =
                DeviceKeys.attestationNonce(challenge, enrolment.getPublicKey().toByteArray());
        Evidence evidence;
        try {
            evidence = new Evidence(
                    shown.getStatement().toByteArray(),
                    shown.getSignature().toByteArray(),
                    shown.getKey().toByteArray());
        } catch (IllegalArgumentException e) {
            return new Verdict.Refused(String.valueOf(e.getMessage()));
        }
        return requirement.attestor().judge(evidence, nonce);
    }

    private static RefusedException refused(String reason) {
        return new RefusedException(RefusalCode.NOT_ATTESTED, reason);
    }
}
