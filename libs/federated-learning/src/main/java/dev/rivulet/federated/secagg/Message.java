// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What devices and server send each other, in the order of the protocol. {@link MessageCodec} writes and reads them. */
public sealed interface Message {

    /** The round that it belongs to. */
    String round();

    /** From a device to the server. */
    sealed interface FromDevice extends Message {
        /** Who sent it. */
        int device();
    }

    /** From the server to one device. */
    sealed interface ToDevice extends Message {}

    /**
     * A device's public keys (round 0, AdvertiseKeys).
     *
     * @param sealing X25519 key under which shares for the device are encrypted, 32 bytes
     * @param masking X25519 key from which its pairwise masks come, 32 bytes
     * @param signature of both by the device's {@link Identity}, 64 bytes; empty where nothing is signed
     */
    record KeyAdvert(String round, int device, byte[] sealing, byte[] masking, byte[] signature) implements FromDevice {

        public KeyAdvert {
            requireLength(sealing, KeyAgreements.KEY_BYTES);
            requireLength(masking, KeyAgreements.KEY_BYTES);
            sealing = sealing.clone();
            masking = masking.clone();
            signature = signature.clone();
        }

        /** Keys that nobody vouches for. */
        public KeyAdvert(String round, int device, byte[] sealing, byte[] masking) {
            this(round, device, sealing, masking, new byte[0]);
        }
    }

    /**
     * Those with whom a device masks, itself among them.
     *
     * @param threshold shares that will unmask
     * @param members in ascending order of their numbers
     */
    record Circle(String round, int threshold, List<KeyAdvert> members) implements ToDevice {

        public Circle {
            members = List.copyOf(members);
        }
    }

    /**
     * The shares of a device's two secrets, encrypted for each other member of its circle (round 1, ShareKeys).
     *
     * @param sealed by receiver
     */
    record SealedShares(String round, int device, SortedMap<Integer, byte[]> sealed) implements FromDevice {

        public SealedShares {
            sealed = Collections.unmodifiableSortedMap(new TreeMap<>(sealed));
        }
    }

    /**
     * The shares that a device shall hold.
     *
     * @param sealed by sender: those of its circle that shared
     */
    record DeliveredShares(String round, SortedMap<Integer, byte[]> sealed) implements ToDevice {

        public DeliveredShares {
            sealed = Collections.unmodifiableSortedMap(new TreeMap<>(sealed));
        }
    }

    /**
     * A device's vector under its masks (round 2, MaskedInputCollection).
     *
     * @param values in [0, 2^b), as unsigned integers; not copied
     */
    record MaskedVector(String round, int device, int[] values) implements FromDevice {}

    /**
     * Whose vectors came, told to be signed (round 3, ConsistencyCheck).
     *
     * @param survivors all of the aggregation
     */
    record SurvivorList(String round, SortedSet<Integer> survivors) implements ToDevice {

        public SurvivorList {
            survivors = Collections.unmodifiableSortedSet(new TreeSet<>(survivors));
        }
    }

    /**
     * A device has seen the list.
     *
     * @param signature of it by the device's {@link Identity}, 64 bytes
     */
    record SurvivorSignature(String round, int device, byte[] signature) implements FromDevice {

        public SurvivorSignature {
            requireLength(signature, Identity.SIGNATURE_BYTES);
            signature = signature.clone();
        }
    }

    /**
     * Which share of whom a device shall give.
     *
     * @param survivors of its circle, whose vectors are in the sum: shares of their own masks
     * @param dropped of its circle, who shared but did not send a vector: shares of their masking keys
     * @param signatures of the {@link SurvivorList} by members of its circle; empty where nothing is signed
     */
    record UnmaskRequest(
            String round,
            SortedSet<Integer> survivors,
            SortedSet<Integer> dropped,
            SortedMap<Integer, byte[]> signatures)
            implements ToDevice {

        public UnmaskRequest {
            survivors = Collections.unmodifiableSortedSet(new TreeSet<>(survivors));
            dropped = Collections.unmodifiableSortedSet(new TreeSet<>(dropped));
            signatures = Collections.unmodifiableSortedMap(new TreeMap<>(signatures));
        }

        /** A request that nobody signed. */
        public UnmaskRequest(String round, SortedSet<Integer> survivors, SortedSet<Integer> dropped) {
            this(round, survivors, dropped, Collections.emptySortedMap());
        }
    }

    /**
     * The shares that were asked for (round 4, Unmasking).
     *
     * @param seeds shares of the own masks of survivors, by device
     * @param keys shares of the masking keys of those who dropped out, by device
     */
    record UnmaskShares(String round, int device, SortedMap<Integer, byte[]> seeds, SortedMap<Integer, byte[]> keys)
            implements FromDevice {

        public UnmaskShares {
            seeds = Collections.unmodifiableSortedMap(new TreeMap<>(seeds));
            keys = Collections.unmodifiableSortedMap(new TreeMap<>(keys));
        }
    }

    private static void requireLength(byte[] bytes, int length) {
        if (bytes.length != length) {
            throw new IllegalArgumentException("a key or signature has " + length + " bytes, not " + bytes.length);
        }
    }
}
