// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import static dev.rivulet.federation.rounds.Samples.CONTRIBUTION;
import static dev.rivulet.federation.rounds.Samples.POLICY;
import static dev.rivulet.federation.rounds.Samples.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.rivulet.devices.RefusalCode;
import dev.rivulet.federation.rounds.Decision.Follows;
import dev.rivulet.federation.rounds.Decision.Refused;
import dev.rivulet.federation.rounds.RoundEvent.Aggregated;
import dev.rivulet.federation.rounds.RoundEvent.Closed;
import dev.rivulet.federation.rounds.RoundEvent.Closing;
import dev.rivulet.federation.rounds.RoundEvent.Counted;
import dev.rivulet.federation.rounds.RoundEvent.Dropped;
import dev.rivulet.federation.rounds.RoundEvent.Failed;
import dev.rivulet.federation.rounds.RoundEvent.Failure;
import dev.rivulet.federation.rounds.RoundEvent.Opened;
import dev.rivulet.federation.rounds.RoundEvent.Published;
import dev.rivulet.federation.rounds.RoundEvent.Sum;
import dev.rivulet.federation.rounds.RoundInput.Made;
import dev.rivulet.federation.rounds.RoundInput.NoUpdate;
import dev.rivulet.federation.rounds.RoundInput.NotMade;
import dev.rivulet.federation.rounds.RoundInput.Out;
import dev.rivulet.federation.rounds.RoundInput.Summed;
import dev.rivulet.federation.rounds.RoundInput.Tick;
import dev.rivulet.federation.rounds.RoundInput.Unsummed;
import dev.rivulet.federation.rounds.RoundInput.Usable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Goal 4, quorum 2, five seconds for the slow, twenty for the quorum; five devices are asked. */
class RoundTest {

    private static final Opened OPENED = new Opened(START, 7, Set.of("a", "b", "c", "d", "e"), POLICY);

    private final List<RoundEvent> events = new ArrayList<>(List.of(OPENED));

    @Test
    void theGoalClosesARoundAtOnce() {
        usable("a", 1);
        usable("b", 1);
        usable("c", 1);

        assertThat(usable("d", 2)).contains(new Closed(at(2), Closing.GOAL));
        assertThat(refused("e", 2)).isEqualTo(RefusalCode.LATE);
    }

    @Test
    void theSlowAreWaitedForUntilTheCutOff() {
        usable("a", 1);
        usable("b", 1);

        assertThat(tick(4)).isEmpty();
        assertThat(tick(5)).containsExactly(new Closed(at(5), Closing.CUT_OFF));
    }

    @Test
    void theDeadAreNotWaitedFor() {
        usable("a", 1);
        usable("b", 1);

        assertThat(tick(2, "c", "d", "e"))
                .containsExactly(
                        new Dropped(at(2), "c", "dead"),
                        new Dropped(at(2), "d", "dead"),
                        new Dropped(at(2), "e", "dead"),
                        new Closed(at(2), Closing.ALL_ANSWERED));
    }

    @Test
    void aDeadDeviceThatAnsweredBeforeStillCounts() {
        usable("a", 1);

        assertThat(tick(2, "a")).isEmpty();
    }

    @Test
    void withoutAQuorumARoundFailsAtItsDeadline() {
        usable("a", 1);

        assertThat(tick(19)).isEmpty();
        assertThat(tick(20)).containsExactly(new Failed(at(20), Failure.QUORUM_MISSED));
    }

    @Test
    void aQuorumOutOfReachFailsARoundAtOnce() {
        usable("a", 1);
        dropped("b", 1);
        dropped("c", 1);
        dropped("d", 1);

        assertThat(dropped("e", 1)).contains(new Failed(at(1), Failure.QUORUM_IMPOSSIBLE));
    }

    @Test
    void anUpdateCountsOnceAndOfTheSelectedAlone() {
        usable("a", 1);

        assertThat(refused("a", 2)).isEqualTo(RefusalCode.DUPLICATE);
        assertThat(refused("z", 2)).isEqualTo(RefusalCode.NOT_SELECTED);
        dropped("b", 2);
        assertThat(refused("b", 3)).isEqualTo(RefusalCode.DUPLICATE);
        assertThat(dropped("b", 3)).isEmpty();
    }

    @Test
    void aClosedRoundIsAggregatedPublishedAndOver() {
        usable("a", 1);
        usable("b", 1);
        tick(5);

        assertThat(offer(new Out(), 6)).isEmpty();
        assertThat(offer(new Made(8, "ff", 0.5), 6)).containsExactly(new Aggregated(at(6), 8, "ff", 0.5));
        assertThat(offer(new Made(8, "ff", 0.5), 6)).isEmpty();
        assertThat(offer(new NotMade(), 6)).isEmpty();
        assertThat(offer(new Out(), 7)).containsExactly(new Published(at(7)));
        assertThat(offer(new Out(), 7)).isEmpty();
        assertThat(RoundState.of(events)).isInstanceOf(RoundState.Ended.class);
    }

    @Test
    void whatCanNotBeAggregatedFails() {
        usable("a", 1);
        usable("b", 1);
        tick(5);

        assertThat(offer(new NotMade(), 6)).containsExactly(new Failed(at(6), Failure.NOT_AGGREGABLE));
    }

    @Test
    void aSecureRoundIsClosedByItsSumAndByNothingElse() {
        secure();
        for (String device : List.of("a", "b", "c", "d")) {
            assertThat(usable(device, 1)).hasSize(1);
        }
        assertThat(tick(19)).isEmpty();

        Sum sum = new Sum("ff", 80, 4);
        assertThat(offer(new Summed(sum), 19)).containsExactly(new Closed(at(19), Closing.SUMMED, sum));
        assertThat(offer(new Summed(sum), 19)).isEmpty();
        assertThat(refused("e", 20)).isEqualTo(RefusalCode.LATE);
        assertThat(RoundState.of(events)).isInstanceOf(RoundState.Aggregating.class);
    }

    @Test
    void aSumOfOthersThanWereCountedIsNoSum() {
        secure();
        usable("a", 1);
        usable("b", 1);
        usable("c", 1);

        assertThat(offer(new Summed(new Sum("ff", 80, 4)), 2))
                .singleElement()
                .matches(event -> event instanceof Failed failed && failed.why() == Failure.NOT_AGGREGABLE);
    }

    @Test
    void aSecureRoundFailsWithItsReason() {
        secure();
        assertThat(offer(new Unsummed(Failure.INTERRUPTED, "it began anew"), 2))
                .containsExactly(new Failed(at(2), Failure.INTERRUPTED, "it began anew"));
        assertThat(offer(new Unsummed(Failure.INTERRUPTED, "it began anew"), 2)).isEmpty();
    }

    @Test
    void aSecureRoundWithoutEnoughDevicesForASumFailsAtOnce() {
        secure();
        dropped("a", 1);
        dropped("b", 1);

        assertThat(dropped("c", 1)).contains(new Failed(at(1), Failure.QUORUM_IMPOSSIBLE));
    }

    @Test
    void aSecureRoundWhoseSumDoesNotComeFailsAfterAllItsSteps() {
        secure();
        usable("a", 1);
        usable("b", 1);
        usable("c", 1);

        assertThat(tick(34)).isEmpty();
        assertThat(tick(35)).containsExactly(new Failed(at(35), Failure.QUORUM_MISSED));
    }

    @Test
    void sumsMeanNothingToARoundThatSeesEachUpdate() {
        usable("a", 1);
        assertThat(offer(new Summed(new Sum("ff", 80, 1)), 2)).isEmpty();
        assertThat(offer(new Unsummed(Failure.INTERRUPTED, "it began anew"), 2)).isEmpty();
    }

    /** Sums of three, three seconds a step. */
    private void secure() {
        events.set(0, new Opened(START, 7, OPENED.devices(), POLICY, new SecurePolicy(3, Duration.ofSeconds(3))));
    }

    @Test
    void eventsOutOfPlaceAreNoRound() {
        assertThatIllegalStateException().isThrownBy(() -> RoundState.of(List.of(new Published(START))));
        assertThatIllegalStateException().isThrownBy(() -> RoundState.of(List.of(OPENED, OPENED)));
        assertThatIllegalStateException()
                .isThrownBy(() -> RoundState.of(
                        List.of(OPENED, new Counted(START, "a", CONTRIBUTION), new Counted(START, "a", CONTRIBUTION))));
    }

    private List<RoundEvent> usable(String device, int second) {
        return offer(new Usable(device, CONTRIBUTION), second);
    }

    private List<RoundEvent> dropped(String device, int second) {
        return offer(new NoUpdate(device, "reported-battery"), second);
    }

    private List<RoundEvent> tick(int second, String... dead) {
        return offer(new Tick(Set.of(dead)), second);
    }

    private List<RoundEvent> offer(RoundInput input, int second) {
        List<RoundEvent> next = ((Follows) Round.decide(RoundState.of(events), input, at(second))).events();
        events.addAll(next);
        return next;
    }

    private RefusalCode refused(String device, int second) {
        return ((Refused) Round.decide(RoundState.of(events), new Usable(device, CONTRIBUTION), at(second))).code();
    }

    private static Instant at(int second) {
        return START.plus(Duration.ofSeconds(second));
    }
}
