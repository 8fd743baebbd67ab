package dev.rivulet.inference.execution;

import dev.rivulet.inference.scheduling.BlockHash;
import dev.rivulet.inference.scheduling.Prefix;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * Hashers that chain SHA-256 over blocks, from a salt made of a secret of this process and the tenant's name. So nobody can aim at
 * a collision, and no tenant can find out by the time of an answer what another one asked.
 */
interface BlockHashing {

    /** Hashes nothing. */
    BlockHashing OFF = tenant -> BlockHasher.OFF;

    BlockHasher hasher(String tenant);

    /** With a fresh secret. */
    static BlockHashing random() {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        return tenant -> {
            MessageDigest digest = sha256();
            digest.update(secret);
            return new Chain(digest, digest.digest(tenant.getBytes(StandardCharsets.UTF_8)));
        };
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    /** The chain of one sequence. */
    final class Chain implements BlockHasher {

        private final MessageDigest digest;
        private final ByteBuffer block = ByteBuffer.allocate(Prefix.BLOCK_TOKENS * Integer.BYTES);
        private byte[] last;
        private int hashed;

        private Chain(MessageDigest digest, byte[] salt) {
            this.digest = digest;
            this.last = salt;
        }

        @Override
        public List<BlockHash> upTo(int[] tokens, int length) {
            if (length - hashed < Prefix.BLOCK_TOKENS) {
                return List.of();
            }
            List<BlockHash> blocks = new ArrayList<>();
            for (; length - hashed >= Prefix.BLOCK_TOKENS; hashed += Prefix.BLOCK_TOKENS) {
                block.clear().asIntBuffer().put(tokens, hashed, Prefix.BLOCK_TOKENS);
                digest.update(last);
                last = digest.digest(block.array());
                ByteBuffer hash = ByteBuffer.wrap(last);
                blocks.add(new BlockHash(hash.getLong(), hash.getLong()));
            }
            return blocks;
        }
    }
}
