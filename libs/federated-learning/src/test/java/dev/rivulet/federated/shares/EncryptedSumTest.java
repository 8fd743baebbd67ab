// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.shares;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class EncryptedSumTest extends SecureSumContractTest {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final PaillierKeyPair KEYS = PaillierKeyPair.ofAnySize(256, RANDOM);

    @Override
    SecureSum sum(SumSpace space) {
        return new EncryptedSum(space, KEYS, RANDOM);
    }

    @Test
    void aProductOfCiphertextsHoldsTheSum() {
        BigInteger large = KEYS.open().modulus().subtract(BigInteger.TWO);
        BigInteger one = KEYS.open().encrypt(large, RANDOM);
        BigInteger two = KEYS.open().encrypt(BigInteger.ONE, RANDOM);

        assertThat(KEYS.decrypt(one)).isEqualTo(large);
        assertThat(KEYS.decrypt(KEYS.open().add(one, two))).isEqualTo(large.add(BigInteger.ONE));
        assertThat(KEYS.decrypt(KEYS.open().add(one, KEYS.open().add(two, two))))
                .isEqualTo(BigInteger.ZERO);
    }

    @Test
    void oneValueHasAnotherCiphertextEachTime() {
        assertThat(KEYS.open().encrypt(BigInteger.TEN, RANDOM))
                .isNotEqualTo(KEYS.open().encrypt(BigInteger.TEN, RANDOM));
    }

    @Test
    void whatIsNoCiphertextIsRefused() {
        BigInteger good = KEYS.open().encrypt(BigInteger.ONE, RANDOM);

        assertThatThrownBy(() -> KEYS.open().add(good, BigInteger.ZERO)).hasMessageContaining("a ciphertext is in");
        assertThatThrownBy(() -> KEYS.open().add(good, KEYS.open().modulus())).hasMessageContaining("no factor of n");
        assertThatThrownBy(() -> KEYS.decrypt(KEYS.open().square())).hasMessageContaining("a ciphertext is in");
        assertThatThrownBy(() -> new EncryptedSum(SPACE, KEYS, RANDOM).decrypt(List.of(good), 1))
                .hasMessageContaining("2 to 9 devices");
    }

    @Test
    void keysThatAreTooSmallAreNotMade() {
        assertThatThrownBy(() -> PaillierKeyPair.generate(1024, RANDOM)).hasMessageContaining("from 2048");
    }

    @Test
    @Tag("long")
    void keysOfFullSizeSumToo() {
        EncryptedSum sum = new EncryptedSum(SPACE, PaillierKeyPair.generate(2048, RANDOM), RANDOM);

        assertThat(sum.encrypt(new int[17])).hasSize(1);
        assertThat(sum.sum(List.of(new int[17], new int[17]))).containsOnly(0);
    }
}
