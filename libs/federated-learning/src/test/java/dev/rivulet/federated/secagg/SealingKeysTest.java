// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.federated.secagg.Message.DeliveredShares;
import dev.rivulet.federated.secagg.Message.KeyAdvert;
import dev.rivulet.federated.secagg.SecAggServer.Phase;
import java.security.InvalidKeyException;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A key that seals for many rounds: their sums stay exact, and nothing of one round opens in another. */
class SealingKeysTest {

    private static final Set<Integer> NOBODY = Set.of();
    private static final int DEVICES = 5;

    private final Map<Integer, SealingKeys> kept = IntStream.rangeClosed(1, DEVICES)
            .boxed()
            .collect(Collectors.toMap(number -> number, number -> new SealingKeys(new SeededSecureRandom(number))));

    private Aggregation round(String name, long seed) {
        return new Aggregation(SecAggPlan.of(name, DEVICES, 7, 24), seed, kept);
    }

    @Test
    void roundsOfKeptKeysSumExactlyAlsoWhereDevicesDropOut() {
        for (int i = 0; i < 5; i++) {
            Aggregation round = round("round-" + i, i);
            Set<Integer> without = i % 2 == 0 ? NOBODY : Set.of(1 + i);
            assertThat(round.run(NOBODY, NOBODY, without, NOBODY)).isEqualTo(Phase.DONE);
            assertThat(round.server.sum()).isEqualTo(round.expected());
        }
    }

    @Test
    void theKeyThatSealsIsKeptAndTheOneThatMasksNever() {
        KeyAdvert one = round("one", 1).device(2).advertise();
        KeyAdvert two = round("two", 2).device(2).advertise();

        assertThat(two.sealing()).isEqualTo(one.sealing());
        assertThat(two.masking()).isNotEqualTo(one.masking());
    }

    @Test
    void sharesOfOneRoundDoNotOpenInAnother() {
        Aggregation one = shared(round("one", 1));
        Aggregation two = shared(round("two", 2));
        DeliveredShares ofOne = (DeliveredShares) one.told(2);

        Reply<?> refused = two.device(2).mask(new DeliveredShares("two", ofOne.sealed()), two.vector(2));
        assertThat(refused)
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        reply -> assertThat(reply.reason()).contains("are not what it sealed for this one"));
        Aggregation.sent(two.device(2).mask((DeliveredShares) two.told(2), two.vector(2)));
    }

    @Test
    void aServerThatGivesTwoRoundsOneNameGetsOtherKeys() {
        Aggregation one = shared(round("one", 1));
        Aggregation again = shared(round("one", 2));
        DeliveredShares ofOne = (DeliveredShares) one.told(2);

        assertThat(again.device(2).advertise().sealing())
                .isNotEqualTo(one.device(2).advertise().sealing());
        assertThat(again.device(2).mask(ofOne, again.vector(2))).isInstanceOf(Reply.Refused.class);
        Aggregation.sent(one.device(2).mask(ofOne, one.vector(2)));
    }

    private static Aggregation shared(Aggregation round) {
        round.advertise(NOBODY);
        round.share(NOBODY);
        return round;
    }

    @Test
    void aKeySealsForSoManyRoundsAndNotOneMore() throws InvalidKeyException {
        SealingKeys keys = new SealingKeys(new SeededSecureRandom(9));
        byte[] other = KeyAgreements.generate(new SeededSecureRandom(10)).open();
        SealingKeys.Kept first = keys.of("round-0");
        for (int i = 1; i < SealingKeys.MOST_ROUNDS; i++) {
            assertThat(keys.of("round-" + i)).isSameAs(first);
        }
        SealingKeys.Kept next = keys.of("another");

        assertThat(next.open()).isNotEqualTo(first.open());
        assertThat(next.agree(other)).isNotEqualTo(first.agree(other));
        assertThat(first.agree(other)).isEqualTo(first.agree(other.clone()));
        assertThatThrownBy(() -> next.agree(new byte[KeyAgreements.KEY_BYTES])).isInstanceOf(InvalidKeyException.class);
    }
}
