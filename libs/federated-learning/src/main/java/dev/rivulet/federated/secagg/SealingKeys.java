// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The key with which a device seals shares for others, for some rounds, and what it has agreed on with theirs: with others who keep
 * theirs, too, half of a round's agreements are made once. The keys that shares are sealed with are of one round, one pair and one direction all the same, as
 * they follow from the round's name; a name that comes again has another key, so that nothing of the one round opens in the other.
 * What is given up is that whoever has the memory of a device reads shares that were sealed for it in some rounds before, of which a
 * threshold says something. The key that makes masks is never kept. Safe for threads.
 */
public final class SealingKeys {

    /** Rounds of one key. */
    public static final int MOST_ROUNDS = 64;

    /** Agreements that are kept; what is beyond is made anew. */
    private static final int MOST_AGREEMENTS = 2048;

    private final SecureRandom random;
    private final Set<String> rounds = new HashSet<>();
    private Kept kept;

    /** A new key, made when it is first needed. */
    public SealingKeys(SecureRandom random) {
        this.random = random;
        this.kept = new Kept(KeyAgreements.generate(random));
    }

    /** The key for a round; another one than before after {@link #MOST_ROUNDS}, and for a round that had one. */
    synchronized Kept of(String round) {
        if (rounds.size() >= MOST_ROUNDS || rounds.contains(round)) {
            rounds.clear();
            kept = new Kept(KeyAgreements.generate(random));
        }
        rounds.add(round);
        return kept;
    }

    /** One key, and what was agreed on with it. */
    static final class Kept {

        private final KeyAgreements.Pair pair;
        private final Map<ByteBuffer, byte[]> agreed = new HashMap<>();

        private Kept(KeyAgreements.Pair pair) {
            this.pair = pair;
        }

        byte[] open() {
            return pair.open();
        }

        /**
         * What its owner and the owner of another key share.
         *
         * @throws InvalidKeyException if the other's key is not one, or leads to a secret that everybody knows
         */
        synchronized byte[] agree(byte[] other) throws InvalidKeyException {
            ByteBuffer key = ByteBuffer.wrap(other.clone());
            byte[] known = agreed.get(key);
            if (known == null) {
                known = KeyAgreements.agree(pair.secret(), other);
                if (agreed.size() >= MOST_AGREEMENTS) {
                    agreed.clear();
                }
                agreed.put(key, known);
            }
            return known;
        }
    }
}
