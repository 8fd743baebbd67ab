// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audit;

import dev.rivulet.audit.Verification.Check;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What entries say about each other: a signed log may still be a wrong one. Holds the open rounds and the last version alone. */
final class Course {

    /** Rounds that may be open at once. */
    static final int MOST_OPEN = 1_000;

    /** @param what does not fit */
    record Fault(Check check, String what) {}

    /** Devices invited, by round. */
    private final Map<Long, Long> open = new HashMap<>();

    private String federation = "";
    private long lastRound;
    private long closed;
    private @Nullable String version;
    private String digest = "";
    private @Nullable PrivacySpend spent;
    private boolean isAccounted;
    private boolean isSettled;

    String federation() {
        return federation;
    }

    long closed() {
        return closed;
    }

    @Nullable String version() {
        return version;
    }

    @Nullable PrivacySpend spent() {
        return spent;
    }

    /** Takes the next event; a fault if it can't follow. */
    @Nullable Fault take(AuditEvent event) {
        if (event instanceof AuditEvent.FederationCreated != federation.isEmpty()) {
            return course("the federation is made once, in the first entry");
        }
        return switch (event) {
            case AuditEvent.FederationCreated created -> {
                federation = created.federation();
                yield null;
            }
            case AuditEvent.FederationChanged _ -> {
                isSettled = false;
                yield null;
            }
            case AuditEvent.RoundOpened opened -> opened(opened.round(), opened.invited());
            case AuditEvent.RoundClosed round -> closed(round);
            case AuditEvent.RoundFailed failed ->
                open.remove(failed.round()) != null ? spent(failed.privacy()) : notOpen(failed.round());
            case AuditEvent.VersionPublished(String name, String sha) ->
                name.equals(version) && !sha.equals(digest)
                        ? course("version " + name + " is published with the digest " + sha + ", and its round made "
                                + digest)
                        : null;
            case AuditEvent.KeyRotated _, AuditEvent.OptOutRecorded _, AuditEvent.DeviceRefused _ -> null;
        };
    }

    private @Nullable Fault opened(long round, long invited) {
        if (round <= lastRound) {
            return course("round " + round + " opens after round " + lastRound);
        }
        if (open.size() == MOST_OPEN) {
            return new Fault(Check.LIMIT, "more than " + MOST_OPEN + " rounds are open");
        }
        lastRound = round;
        open.put(round, invited);
        return null;
    }

    private @Nullable Fault closed(AuditEvent.RoundClosed round) {
        Long invited = open.remove(round.round());
        if (invited == null) {
            return notOpen(round.round());
        }
        if (round.contributors().size() > invited) {
            return course("round " + round.round() + " invited " + invited + " devices and has "
                    + round.contributors().size() + " contributors");
        }
        closed++;
        version = round.version();
        digest = round.digest();
        return spent(round.privacy());
    }

    private @Nullable Fault spent(@Nullable PrivacySpend next) {
        if (isSettled && isAccounted != (next != null)) {
            return new Fault(Check.PRIVACY, "ε is told of some rounds only, and the settings did not change between");
        }
        isSettled = true;
        isAccounted = next != null;
        if (next == null) {
            return null;
        }
        PrivacySpend before = spent;
        BigDecimal epsilon =
                before == null ? next.epsilon() : before.epsilonTotal().add(next.epsilon());
        BigDecimal delta = before == null ? next.delta() : before.deltaTotal().add(next.delta());
        spent = next;
        return epsilon.compareTo(next.epsilonTotal()) == 0 && delta.compareTo(next.deltaTotal()) == 0
                ? null
                : new Fault(
                        Check.PRIVACY,
                        sum("ε", epsilon, next.epsilonTotal()) + ", " + sum("δ", delta, next.deltaTotal()));
    }

    private static String sum(String name, BigDecimal due, BigDecimal told) {
        return name + " is told as " + told.toPlainString() + " in all and adds up to " + due.toPlainString();
    }

    private static Fault notOpen(long round) {
        return course("round " + round + " ends and is not open");
    }

    private static Fault course(String what) {
        return new Fault(Check.COURSE, what);
    }
}
