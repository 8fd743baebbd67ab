// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.federated.secagg.Message.Circle;
import dev.rivulet.federated.secagg.Message.DeliveredShares;
import dev.rivulet.federated.secagg.Message.KeyAdvert;
import dev.rivulet.federated.secagg.Message.MaskedVector;
import dev.rivulet.federated.secagg.Message.UnmaskRequest;
import dev.rivulet.federated.secagg.Message.UnmaskShares;
import dev.rivulet.federated.secagg.SecAggServer.Phase;
import dev.rivulet.federated.secagg.SecAggServer.Receipt;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a server that lies, or a device that does, gets. */
class SecAggAttackTest {

    private static final Set<Integer> NOBODY = Set.of();

    private final Aggregation aggregation = new Aggregation(SecAggPlan.of("attack", 6, 8, 32), 1);
    private final SecAggServer server = aggregation.server;

    private static void assertRefused(Reply<?> reply, String reason) {
        assertThat(reply)
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused -> assertThat(refused.reason()).contains(reason));
    }

    private static void assertRefused(Receipt receipt, String reason) {
        assertThat(receipt)
                .isInstanceOfSatisfying(
                        Receipt.Refused.class,
                        refused -> assertThat(refused.reason()).contains(reason));
    }

    private static UnmaskRequest request(Set<Integer> survivors, Set<Integer> dropped) {
        return new UnmaskRequest("attack", new TreeSet<>(survivors), new TreeSet<>(dropped));
    }

    private SecAggDevice masked() {
        aggregation.advertise(NOBODY);
        aggregation.share(NOBODY);
        aggregation.mask(NOBODY);
        return aggregation.device(1);
    }

    @Test
    void aDeviceNeverGivesBothSharesOfAnother() {
        SecAggDevice device = masked();

        assertRefused(
                device.unmask(request(Set.of(1, 2, 3, 4, 5, 6), Set.of(3))), "both shares of device 3 were asked for");
        Aggregation.sent(device.unmask(request(Set.of(1, 2, 3, 4, 5), Set.of(6))));
        assertRefused(device.unmask(request(Set.of(1, 2, 3, 4, 6), Set.of(5))), "another list was answered before");
        assertRefused(device.unmask(request(Set.of(1, 2, 3, 4, 5, 6), NOBODY)), "both together would unmask a device");
    }

    @Test
    void aLostAnswerIsGivenAgainToTheSameRequest() {
        SecAggDevice device = masked();
        UnmaskShares first = Aggregation.sent(device.unmask(request(Set.of(1, 2, 3, 4, 5), Set.of(6))));
        UnmaskShares again = Aggregation.sent(device.unmask(request(Set.of(1, 2, 3, 4, 5), Set.of(6))));

        assertThat(again.keys().get(6)).isEqualTo(first.keys().get(6));
    }

    @Test
    void aListThatWouldLeaveTooFewInTheSumIsRefused() {
        SecAggDevice device = masked();

        assertRefused(device.unmask(request(Set.of(1, 2), Set.of(3, 4, 5, 6))), "only 2 survivors, and 4 are needed");
        assertRefused(device.unmask(request(Set.of(2, 3, 4, 5, 6), Set.of(1))), "this device sent its vector");
        assertRefused(device.unmask(request(Set.of(1, 2, 3, 4, 5), NOBODY)), "not those whose shares are held");
    }

    @Test
    void aCircleThatProtectsNothingIsRefused() {
        aggregation.advertise(NOBODY);
        SecAggDevice device = aggregation.device(1);
        Circle honest = (Circle) server.messageFor(1);
        List<KeyAdvert> strangers = new ArrayList<>(honest.members());
        strangers.set(0, new KeyAdvert("attack", 1, new byte[32], new byte[32]));
        List<KeyAdvert> twins = new ArrayList<>(honest.members());
        twins.set(
                5,
                new KeyAdvert("attack", 6, twins.get(4).sealing(), twins.get(4).masking()));

        assertRefused(
                device.share(new Circle("attack", 2, honest.members().subList(0, 3))), "a circle of 3 is too small");
        assertRefused(device.share(new Circle("attack", 3, honest.members())), "does not protect a circle of 6");
        assertRefused(device.share(new Circle("attack", 4, strangers)), "key");
        assertRefused(device.share(new Circle("attack", 4, twins)), "has a key that another one has");
        assertRefused(device.share(new Circle("attack", 4, honest.members().subList(1, 6))), "without this device");
        assertRefused(device.share(new Circle("other", 4, honest.members())), "another round");
        Aggregation.sent(device.share(honest));
    }

    @Test
    void aCircleThatComesAgainIsRefusedAndHurtsNobody() {
        aggregation.advertise(NOBODY);
        Circle circle = (Circle) server.messageFor(1);
        aggregation.share(NOBODY);
        assertRefused(aggregation.device(1).share(circle), "in the state SHARED");
        aggregation.mask(NOBODY);
        aggregation.unmask(NOBODY);

        assertThat(server.sum()).isEqualTo(aggregation.expected());
    }

    @Test
    void aKeyThatLeadsToASecretThatEverybodyKnowsIsRefused() {
        aggregation.advertise(NOBODY);
        Circle honest = (Circle) server.messageFor(1);
        List<KeyAdvert> weak = new ArrayList<>(honest.members());
        weak.set(3, new KeyAdvert("attack", 4, new byte[32], weak.get(3).masking()));

        assertThat(aggregation.device(1).share(new Circle("attack", 4, weak))).isInstanceOf(Reply.Refused.class);
    }

    @Test
    void sharesThatWereChangedOrAreSomebodyElsesAreRefused() {
        aggregation.advertise(NOBODY);
        aggregation.share(NOBODY);
        DeliveredShares honest = (DeliveredShares) server.messageFor(1);
        SortedMap<Integer, byte[]> garbled = new TreeMap<>(honest.sealed());
        garbled.compute(2, (_, box) -> {
            byte[] changed = box == null ? new byte[0] : box.clone();
            changed[20] ^= 1;
            return changed;
        });
        SortedMap<Integer, byte[]> swapped = new TreeMap<>(honest.sealed());
        swapped.put(2, swapped.getOrDefault(3, new byte[0]));
        SortedMap<Integer, byte[]> few = new TreeMap<>(honest.sealed().headMap(4));
        SecAggDevice device = aggregation.device(1);
        int[] vector = aggregation.vector(1);

        assertRefused(device.mask(new DeliveredShares("attack", garbled), vector), "not what it sealed for this one");
        assertRefused(device.mask(new DeliveredShares("attack", swapped), vector), "shares of device 2");
        assertRefused(device.mask(new DeliveredShares("attack", few), vector), "only 3 of the circle are left");
        Aggregation.sent(device.mask(honest, vector));
        assertRefused(device.mask(honest, vector), "in the state MASKED");
    }

    @Test
    void theServerRefusesWhatIsOutOfOrderTwiceOrOfAnotherRound() {
        KeyAdvert advert = aggregation.device(1).advertise();
        assertThat(server.accept(advert)).isInstanceOf(Receipt.Accepted.class);
        assertRefused(server.accept(advert), "has sent its keys before");
        assertRefused(server.accept(new KeyAdvert("before", 2, advert.sealing(), advert.masking())), "another round");
        assertRefused(server.accept(new MaskedVector("attack", 1, new int[8])), "in the phase ADVERTISING");
        assertRefused(
                server.accept(new UnmaskShares("attack", 1, new TreeMap<>(), new TreeMap<>())),
                "in the phase ADVERTISING");
    }

    @Test
    void theServerTakesOneVectorOfTheRightLengthOfADeviceThatShared() {
        aggregation.advertise(NOBODY);
        aggregation.share(Set.of(6));

        assertRefused(server.accept(new MaskedVector("attack", 6, new int[8])), "has not shared");
        assertRefused(server.accept(new MaskedVector("attack", 1, new int[7])), "has 8 values");
        assertThat(server.accept(new MaskedVector("attack", 1, new int[8]))).isInstanceOf(Receipt.Accepted.class);
        assertRefused(server.accept(new MaskedVector("attack", 1, new int[8])), "before");
    }

    @Test
    void sharesOfAKeyThatDoNotGiveItEndTheAggregation() {
        aggregation.advertise(NOBODY);
        aggregation.share(NOBODY);
        aggregation.mask(Set.of(6));
        for (int number : server.receivers()) {
            UnmaskShares honest =
                    Aggregation.sent(aggregation.device(number).unmask((UnmaskRequest) aggregation.told(number)));
            SortedMap<Integer, byte[]> keys = new TreeMap<>(honest.keys());
            keys.put(6, number == 1 ? new byte[33] : keys.getOrDefault(6, new byte[0]));
            server.accept(new UnmaskShares("attack", number, honest.seeds(), keys));
        }

        assertThat(server.close()).isEqualTo(Phase.ABORTED);
        assertThat(server.reason()).contains("device 6");
    }

    /** Every vector of the server's memory, at every moment, is compared with every device's own. */
    @Test
    void noVectorOfASingleDeviceIsEverInTheServersMemory() throws IllegalAccessException {
        aggregation.advertise(NOBODY);
        aggregation.share(NOBODY);
        int[] sumOfMasked = new int[8];
        for (int number : server.receivers()) {
            MaskedVector vector = Aggregation.sent(aggregation
                    .device(number)
                    .mask((DeliveredShares) aggregation.told(number), aggregation.vector(number)));
            assertThat(vector.values()).isNotEqualTo(aggregation.vector(number));
            server.accept(vector);
            for (int i = 0; i < 8; i++) {
                sumOfMasked[i] += vector.values()[i];
            }
            assertNothingIsClear(sumOfMasked);
        }
        server.close();
        aggregation.unmask(NOBODY);
        assertThat(server.sum()).isEqualTo(aggregation.expected());
        assertNothingIsClear(aggregation.expected());
    }

    private void assertNothingIsClear(int[] only) throws IllegalAccessException {
        int vectors = 0;
        for (Field field : SecAggServer.class.getDeclaredFields()) {
            if (field.getType() == int[].class) {
                field.setAccessible(true);
                vectors++;
                assertThat((int[]) field.get(server)).isEqualTo(only);
            }
        }
        assertThat(vectors).as("vectors that the server holds").isEqualTo(1);
        aggregation.vectors.values().forEach(vector -> assertThat(only).isNotEqualTo(vector));
    }
}
