// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.shares;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * By additively homomorphic encryption: devices encrypt, an aggregator without the key multiplies, and the owner of the key decrypts
 * the sum alone. Devices may drop out at any time, at the price of an exponentiation with a 2048-bit exponent for each some seventy
 * values.
 */
public final class EncryptedSum implements SecureSum {

    private final SumSpace space;
    private final PaillierKeyPair keys;
    private final SlotPacking packing;
    private final SecureRandom random;

    public EncryptedSum(SumSpace space, PaillierKeyPair keys, SecureRandom random) {
        this.space = space;
        this.keys = keys;
        this.packing = new SlotPacking(space, keys.open().modulus());
        this.random = random;
    }

    @Override
    public SumSpace space() {
        return space;
    }

    /** What a device sends. */
    public List<BigInteger> encrypt(int[] vector) {
        space.require(vector);
        return packing.pack(vector).stream()
                .map(each -> keys.open().encrypt(each, random))
                .toList();
    }

    /**
     * What the aggregator does with one more device's ciphertexts.
     *
     * @throws IllegalArgumentException if they are not as many as the space takes, or none of the key
     */
    public List<BigInteger> add(List<BigInteger> sum, List<BigInteger> sent) {
        if (sum.size() != packing.count() || sent.size() != packing.count()) {
            throw new IllegalArgumentException("a vector takes " + packing.count() + " ciphertexts");
        }
        List<BigInteger> added = new ArrayList<>(sum.size());
        for (int i = 0; i < sum.size(); i++) {
            added.add(keys.open().add(sum.get(i), sent.get(i)));
        }
        return added;
    }

    /**
     * What the owner of the key does with the sum of so many devices.
     *
     * @throws IllegalArgumentException if it is of fewer than 2
     */
    public int[] decrypt(List<BigInteger> sum, int devices) {
        if (devices < 2 || devices > space.devices()) {
            throw new IllegalArgumentException("a sum is of 2 to " + space.devices() + " devices, not " + devices);
        }
        return packing.unpack(sum.stream().map(keys::decrypt).toList(), devices);
    }

    @Override
    public int[] sum(List<int[]> vectors) {
        space.require(vectors);
        List<BigInteger> sum = encrypt(vectors.getFirst());
        for (int[] vector : vectors.subList(1, vectors.size())) {
            sum = add(sum, encrypt(vector));
        }
        return decrypt(sum, vectors.size());
    }
}
