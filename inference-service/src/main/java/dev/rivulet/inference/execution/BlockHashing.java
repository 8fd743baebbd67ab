// SPDX-License-Identifier: Apache-2.0
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
    BlockHashing OFF = (tenant, media) -> BlockHasher.OFF;

    /** @param media pictures that stand in for tokens */
    BlockHasher hasher(String tenant, MediaTokens media);

    /** Of text alone. */
    default BlockHasher hasher(String tenant) {
        return hasher(tenant, MediaTokens.NONE);
    }

    /** With a fresh secret. */
    static BlockHashing random() {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        return (tenant, media) -> {
            MessageDigest digest = sha256();
            digest.update(secret);
            return new Chain(digest, digest.digest(tenant.getBytes(StandardCharsets.UTF_8)), media);
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
        private final MediaTokens media;
        private int hashed;

        private Chain(MessageDigest digest, byte[] salt, MediaTokens media) {
            this.media = media;
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
                addMedia();
                last = digest.digest(block.array());
                ByteBuffer hash = ByteBuffer.wrap(last);
                blocks.add(new BlockHash(hash.getLong(), hash.getLong()));
            }
            return blocks;
        }

        /** Which picture, and from which of its rows on, stands in the block. */
        private void addMedia() {
            for (MediaTokens.Span span : media.spans()) {
                if (span.from() < hashed + Prefix.BLOCK_TOKENS && span.to() > hashed) {
                    digest.update(span.hash());
                    digest.update(ByteBuffer.allocate(Integer.BYTES)
                            .putInt(span.from() - hashed)
                            .array());
                }
            }
        }
    }
}
