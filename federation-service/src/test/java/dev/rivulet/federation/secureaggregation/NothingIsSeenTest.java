// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.secureaggregation;

import static dev.rivulet.federation.secureaggregation.Party.at;
import static dev.rivulet.federation.secureaggregation.Party.numbers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.federated.secagg.Message.MaskedVector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** All that the service reads and all that it holds, after each message: a device's vector is nowhere, and its masked one looks random. */
class NothingIsSeenTest {

    private static final int DIMENSIONS = 2000;
    /** Of χ² with 255 degrees of freedom: six standard deviations above its mean. */
    private static final double MOST_CHI_SQUARED = 255 + 6 * Math.sqrt(2 * 255);

    private final Party party = new Party(10, DIMENSIONS);
    private final List<int[]> read = new ArrayList<>();
    private int arrays;

    @Test
    void aDevicesVectorIsNeitherReadNorHeldAtAnyTime() {
        Set<Integer> left = new TreeSet<>(numbers(1, 10));
        for (Step step : List.of(Step.KEYS, Step.SHARES, Step.VECTOR, Step.UNMASK)) {
            if (step == Step.VECTOR) {
                left.removeAll(numbers(8, 10));
            }
            for (int number : left) {
                if (party.read(party.next(number)) instanceof MaskedVector vector) {
                    read.add(vector.values());
                }
                party.send(step, List.of(number));
                assertNothingHeld();
            }
            assertThat(party.steps().advance(at(step == Step.VECTOR ? 10 : 1), Set.of()))
                    .isTrue();
            assertNothingHeld();
            party.tell(step, left);
        }
        assertThat(arrays).isGreaterThan(1000);
        assertThat(read).hasSize(7);
        for (int[] masked : read) {
            for (int number = 1; number <= 10; number++) {
                assertThat(alike(masked, party.vector(number))).isLessThan(4);
            }
        }
    }

    @Test
    void theWalkFindsWhatIsHeld() {
        assertThat(Reachable.ints(party)).anyMatch(held -> Arrays.equals(held, party.vector(3)));
    }

    @Test
    void aMaskedVectorLooksUniformAndAClearOneDoesNot() {
        for (Step step : List.of(Step.KEYS, Step.SHARES)) {
            party.send(step, numbers(1, 10));
            party.steps().advance(at(1), Set.of());
            party.tell(step, numbers(1, 10));
        }
        for (int number = 1; number <= 10; number++) {
            int[] masked = ((MaskedVector) party.read(party.next(number))).values();
            for (int shift : new int[] {0, 8, 16}) {
                assertThat(chiSquared(masked, shift)).as("bits from %d", shift).isLessThan(MOST_CHI_SQUARED);
            }
            assertThat(chiSquared(party.vector(number), 16)).isGreaterThan(2 * MOST_CHI_SQUARED);
        }
    }

    private void assertNothingHeld() {
        for (int[] held : Reachable.ints(party.steps())) {
            arrays++;
            for (int number = 1; number <= 10; number++) {
                assertThat(Arrays.equals(held, party.vector(number))).isFalse();
                assertThat(held.length == party.vector(number).length && alike(held, party.vector(number)) > 4)
                        .as("a vector is held that has much of device %d's", number)
                        .isFalse();
            }
        }
    }

    private static int alike(int[] one, int[] other) {
        int alike = 0;
        for (int i = 0; i < Math.min(one.length, other.length); i++) {
            alike += (one[i] - other[i] & (1 << Party.BITS) - 1) == 0 ? 1 : 0;
        }
        return alike;
    }

    private static double chiSquared(int[] values, int shift) {
        int[] counts = new int[256];
        for (int value : values) {
            counts[value >>> shift & 0xFF]++;
        }
        double expected = values.length / 256.0;
        double sum = 0;
        for (int count : counts) {
            sum += (count - expected) * (count - expected) / expected;
        }
        return sum;
    }
}
