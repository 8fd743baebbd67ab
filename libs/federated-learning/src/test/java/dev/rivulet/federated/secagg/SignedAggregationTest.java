// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.federated.secagg.Message.Circle;
import dev.rivulet.federated.secagg.Message.KeyAdvert;
import dev.rivulet.federated.secagg.Message.SurvivorList;
import dev.rivulet.federated.secagg.Message.UnmaskRequest;
import dev.rivulet.federated.secagg.SecAggServer.Phase;
import dev.rivulet.federated.secagg.SecAggServer.Receipt;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A server that makes up devices, or tells them different stories. */
class SignedAggregationTest {

    private static final Set<Integer> NOBODY = Set.of();

    private final SecAggPlan plan = new SecAggPlan("signed", 6, 4, 5, 32, true);
    private final Aggregation aggregation = new Aggregation(plan, 2);
    private final SecAggServer server = aggregation.server;

    private static void assertRefused(Reply<?> reply, String reason) {
        assertThat(reply)
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused -> assertThat(refused.reason()).contains(reason));
    }

    private void agreeing(Set<Integer> dropped) {
        aggregation.advertise(NOBODY);
        aggregation.share(NOBODY);
        aggregation.mask(dropped);
        assertThat(server.phase()).isEqualTo(Phase.AGREEING);
    }

    @Test
    void aSignedAggregationSumsWhatThePlainOneDoes() {
        assertThat(aggregation.run(NOBODY, NOBODY, Set.of(3), Set.of(4))).isEqualTo(Phase.DONE);
        assertThat(server.sum()).isEqualTo(aggregation.expected());
    }

    @Test
    void keysThatADeviceHasNotSignedAreRefused() {
        aggregation.advertise(NOBODY);
        Circle honest = (Circle) server.messageFor(1);
        List<KeyAdvert> members = new ArrayList<>(honest.members());
        KeyAdvert own =
                new SecAggDevice(new SecAggPlan("signed", 6, 4, 5, 32), 6, new SeededSecureRandom(1)).advertise();
        members.set(
                5,
                new KeyAdvert(
                        "signed",
                        6,
                        own.sealing(),
                        own.masking(),
                        members.get(5).signature()));

        assertRefused(
                aggregation.device(1).share(new Circle("signed", honest.threshold(), members)),
                "device 6 has not signed its keys");
    }

    @Test
    void aDeviceSignsOneListAndUnmasksThatOneAlone() {
        agreeing(Set.of(6));
        SecAggDevice device = aggregation.device(1);
        Aggregation.sent(device.agree((SurvivorList) server.messageFor(1)));

        assertRefused(
                device.agree(new SurvivorList("signed", new TreeSet<>(Set.of(1, 2, 3, 4)))), "another list was signed");
        assertRefused(
                device.unmask(new UnmaskRequest(
                        "signed", new TreeSet<>(Set.of(1, 2, 3, 4)), new TreeSet<>(Set.of(5, 6)), new TreeMap<>())),
                "not those that were signed for");
    }

    @Test
    void aStoryThatTheOthersHaveNotSignedIsRefused() {
        agreeing(NOBODY);
        SurvivorList toldToTheFirst = new SurvivorList("signed", new TreeSet<>(Set.of(1, 2, 3, 4)));
        Aggregation.sent(aggregation.device(1).agree(toldToTheFirst));
        SortedMap<Integer, byte[]> signatures = new TreeMap<>();
        for (int other = 2; other <= 6; other++) {
            signatures.put(
                    other,
                    Aggregation.sent(aggregation.device(other).agree((SurvivorList) server.messageFor(other)))
                            .signature());
        }

        assertRefused(
                aggregation
                        .device(1)
                        .unmask(new UnmaskRequest(
                                "signed", toldToTheFirst.survivors(), new TreeSet<>(Set.of(5, 6)), signatures)),
                "only 0 of the circle signed the same list, and 4 are needed");
    }

    @Test
    void aListWithoutTheDeviceOrWithTooFewIsNotSigned() {
        agreeing(NOBODY);
        SecAggDevice device = aggregation.device(1);

        assertRefused(device.agree(new SurvivorList("signed", new TreeSet<>(Set.of(2, 3, 4, 5)))), "not among");
        assertRefused(device.agree(new SurvivorList("signed", new TreeSet<>(Set.of(1, 2, 3)))), "fewer survived");
    }

    @Test
    void unmaskingBeforeSigningIsRefusedAndSoAreSignaturesOutOfOrder() {
        agreeing(NOBODY);
        assertRefused(
                aggregation
                        .device(1)
                        .unmask(new UnmaskRequest(
                                "signed", new TreeSet<>(Set.of(1, 2, 3, 4, 5, 6)), new TreeSet<>(), new TreeMap<>())),
                "in the state MASKED");
        Message.SurvivorSignature signature =
                Aggregation.sent(aggregation.device(2).agree((SurvivorList) server.messageFor(2)));
        assertThat(server.accept(signature)).isInstanceOf(Receipt.Accepted.class);
        assertThat(server.accept(signature)).isInstanceOf(Receipt.Refused.class);
        assertThat(server.close()).isEqualTo(Phase.ABORTED);
        assertThat(server.reason()).contains("signed the list of survivors");
    }

    @Test
    void aSignedPlanNeedsAnIdentityAndAnUnsignedOneHasNone() {
        assertThatThrownBy(() -> new SecAggDevice(plan, 1, new SeededSecureRandom(1)))
                .hasMessageContaining("an identity where the plan is signed");
    }
}
