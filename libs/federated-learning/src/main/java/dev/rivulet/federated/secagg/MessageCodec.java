// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

import dev.rivulet.federated.secagg.Message.Circle;
import dev.rivulet.federated.secagg.Message.DeliveredShares;
import dev.rivulet.federated.secagg.Message.KeyAdvert;
import dev.rivulet.federated.secagg.Message.MaskedVector;
import dev.rivulet.federated.secagg.Message.SealedShares;
import dev.rivulet.federated.secagg.Message.SurvivorList;
import dev.rivulet.federated.secagg.Message.SurvivorSignature;
import dev.rivulet.federated.secagg.Message.UnmaskRequest;
import dev.rivulet.federated.secagg.Message.UnmaskShares;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Messages as bytes. All integers are big-endian.
 *
 * <pre>
 * message  = version (1 byte, 1) kind (1 byte) round (1 byte length, then ASCII) body
 * kind 1   KeyAdvert       device(2) sealing(32) masking(32) signature
 * kind 2   Circle          threshold(2) count(2) count × [device(2) sealing(32) masking(32) signature]
 * kind 3   SealedShares    device(2) boxes
 * kind 4   DeliveredShares boxes
 * kind 5   MaskedVector    device(2) length × b bits, the first value at the lowest bits of the first byte, zeros at the end
 * kind 6   UnmaskRequest   numbers numbers signatures
 * kind 7   UnmaskShares    device(2) shares shares
 * kind 8   SurvivorList    numbers
 * kind 9   SurvivorSignature device(2) 64 bytes
 * boxes    = count(2) count × [device(2) 94 bytes]
 * shares   = count(2) count × [device(2) 33 bytes]
 * numbers  = count(2) count × device(2)
 * signature  = 64 bytes if the plan is signed, none otherwise
 * signatures = count(2) count × [device(2) 64 bytes] if the plan is signed, none otherwise
 * </pre>
 *
 * Devices come in ascending order, each once. What a message would take is checked against the bytes that are there, and against the
 * plan, before anything is allocated. Safe for many threads.
 */
public final class MessageCodec {

    private static final byte VERSION = 1;

    private final SecAggPlan plan;

    public MessageCodec(SecAggPlan plan) {
        this.plan = plan;
    }

    /** What bytes came to. */
    public sealed interface Decoded {

        /** A message of the plan's round. */
        record Read(Message message) implements Decoded {}

        /**
         * No message.
         *
         * @param reason for people
         */
        record Malformed(String reason) implements Decoded {}
    }

    /** The bytes of a message. */
    public byte[] encode(Message message) {
        ByteBuffer to = ByteBuffer.allocate(header() + bodyBytes(message));
        to.put(VERSION).put(kind(message));
        to.put((byte) message.round().length()).put(message.round().getBytes(StandardCharsets.US_ASCII));
        switch (message) {
            case KeyAdvert advert -> put(to, advert);
            case Circle circle -> {
                to.putShort((short) circle.threshold())
                        .putShort((short) circle.members().size());
                circle.members().forEach(member -> put(to, member));
            }
            case SealedShares shares -> put(to.putShort((short) shares.device()), shares.sealed());
            case DeliveredShares shares -> put(to, shares.sealed());
            case MaskedVector vector ->
                BitPacking.pack(vector.values(), plan.bits(), to.putShort((short) vector.device()));
            case UnmaskRequest request -> {
                put(put(to, request.survivors()), request.dropped());
                if (plan.signed()) {
                    put(to, request.signatures());
                }
            }
            case SurvivorList list -> put(to, list.survivors());
            case SurvivorSignature signed ->
                to.putShort((short) signed.device()).put(signed.signature());
            case UnmaskShares shares -> put(put(to.putShort((short) shares.device()), shares.seeds()), shares.keys());
        }
        return to.array();
    }

    private int header() {
        return 3 + plan.round().length();
    }

    private static byte kind(Message message) {
        return switch (message) {
            case KeyAdvert _ -> 1;
            case Circle _ -> 2;
            case SealedShares _ -> 3;
            case DeliveredShares _ -> 4;
            case MaskedVector _ -> 5;
            case UnmaskRequest _ -> 6;
            case UnmaskShares _ -> 7;
            case SurvivorList _ -> 8;
            case SurvivorSignature _ -> 9;
        };
    }

    private int bodyBytes(Message message) {
        return switch (message) {
            case KeyAdvert _ -> advertBytes();
            case Circle circle -> 4 + advertBytes() * circle.members().size();
            case SealedShares shares ->
                4 + (2 + ShareBox.BYTES) * shares.sealed().size();
            case DeliveredShares shares ->
                2 + (2 + ShareBox.BYTES) * shares.sealed().size();
            case MaskedVector _ -> 2 + BitPacking.bytes(plan.length(), plan.bits());
            case UnmaskRequest request ->
                4
                        + 2 * (request.survivors().size() + request.dropped().size())
                        + (plan.signed()
                                ? 2
                                        + (2 + Identity.SIGNATURE_BYTES)
                                                * request.signatures().size()
                                : 0);
            case SurvivorList list -> 2 + 2 * list.survivors().size();
            case SurvivorSignature _ -> 2 + Identity.SIGNATURE_BYTES;
            case UnmaskShares shares ->
                6
                        + (2 + Shamir.SHARE_BYTES)
                                * (shares.seeds().size() + shares.keys().size());
        };
    }

    private int advertBytes() {
        return 2 + 2 * KeyAgreements.KEY_BYTES + signatureBytes();
    }

    private int signatureBytes() {
        return plan.signed() ? Identity.SIGNATURE_BYTES : 0;
    }

    private void put(ByteBuffer to, KeyAdvert advert) {
        to.putShort((short) advert.device()).put(advert.sealing()).put(advert.masking());
        to.put(Arrays.copyOf(advert.signature(), signatureBytes()));
    }

    private static ByteBuffer put(ByteBuffer to, SortedMap<Integer, byte[]> each) {
        to.putShort((short) each.size());
        each.forEach((device, bytes) -> to.putShort((short) (int) device).put(bytes));
        return to;
    }

    private static ByteBuffer put(ByteBuffer to, SortedSet<Integer> devices) {
        to.putShort((short) devices.size());
        devices.forEach(device -> to.putShort((short) (int) device));
        return to;
    }

    /** The message of bytes. */
    public Decoded decode(byte[] bytes) {
        try {
            ByteBuffer from = ByteBuffer.wrap(bytes);
            requireLeft(from, header());
            require(from.get() == VERSION, "the version is not " + VERSION);
            byte kind = from.get();
            byte[] round = new byte[plan.round().length()];
            require(from.get() == round.length, "it is of another round");
            from.get(round);
            require(new String(round, StandardCharsets.US_ASCII).equals(plan.round()), "it is of another round");
            Message message = body(kind, from);
            require(!from.hasRemaining(), from.remaining() + " bytes are left over");
            return new Decoded.Read(message);
        } catch (RefusedException e) {
            return new Decoded.Malformed("the message can't be read: " + e.getMessage());
        }
    }

    private Message body(byte kind, ByteBuffer from) throws RefusedException {
        String round = plan.round();
        return switch (kind) {
            case 1 -> advert(from);
            case 2 -> circle(from);
            case 3 -> new SealedShares(round, device(from, 0), map(from, ShareBox.BYTES));
            case 4 -> new DeliveredShares(round, map(from, ShareBox.BYTES));
            case 5 -> vector(from);
            case 6 ->
                new UnmaskRequest(
                        round,
                        numbers(from),
                        numbers(from),
                        plan.signed() ? map(from, Identity.SIGNATURE_BYTES) : new TreeMap<>());
            case 7 ->
                new UnmaskShares(round, device(from, 0), map(from, Shamir.SHARE_BYTES), map(from, Shamir.SHARE_BYTES));
            case 8 -> new SurvivorList(round, numbers(from));
            case 9 -> new SurvivorSignature(round, device(from, 0), bytes(from, Identity.SIGNATURE_BYTES));
            default -> throw new RefusedException("there is no kind " + kind);
        };
    }

    private KeyAdvert advert(ByteBuffer from) throws RefusedException {
        int device = device(from, 0);
        byte[] sealing = bytes(from, KeyAgreements.KEY_BYTES);
        byte[] masking = bytes(from, KeyAgreements.KEY_BYTES);
        return new KeyAdvert(plan.round(), device, sealing, masking, bytes(from, signatureBytes()));
    }

    private static byte[] bytes(ByteBuffer from, int length) throws RefusedException {
        requireLeft(from, length);
        byte[] bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }

    private Circle circle(ByteBuffer from) throws RefusedException {
        requireLeft(from, Short.BYTES);
        int threshold = Short.toUnsignedInt(from.getShort());
        int count = count(from, advertBytes());
        List<KeyAdvert> members = new ArrayList<>(count);
        int last = 0;
        for (int i = 0; i < count; i++) {
            KeyAdvert member = advert(from);
            require(member.device() > last, "devices are not in ascending order");
            last = member.device();
            members.add(member);
        }
        return new Circle(plan.round(), threshold, members);
    }

    private MaskedVector vector(ByteBuffer from) throws RefusedException {
        int device = device(from, 0);
        int bytes = BitPacking.bytes(plan.length(), plan.bits());
        require(from.remaining() == bytes, "a vector takes " + bytes + " bytes, not " + from.remaining());
        return new MaskedVector(plan.round(), device, BitPacking.unpack(from, plan.length(), plan.bits()));
    }

    private SortedMap<Integer, byte[]> map(ByteBuffer from, int size) throws RefusedException {
        int count = count(from, Short.BYTES + size);
        SortedMap<Integer, byte[]> map = new TreeMap<>();
        int last = 0;
        for (int i = 0; i < count; i++) {
            last = device(from, last);
            byte[] bytes = new byte[size];
            from.get(bytes);
            map.put(last, bytes);
        }
        return map;
    }

    private SortedSet<Integer> numbers(ByteBuffer from) throws RefusedException {
        int count = count(from, Short.BYTES);
        SortedSet<Integer> numbers = new TreeSet<>();
        int last = 0;
        for (int i = 0; i < count; i++) {
            last = device(from, last);
            numbers.add(last);
        }
        return numbers;
    }

    private int count(ByteBuffer from, int each) throws RefusedException {
        requireLeft(from, Short.BYTES);
        int count = Short.toUnsignedInt(from.getShort());
        require(count <= plan.devices(), "it lists " + count + " devices, and the round has " + plan.devices());
        requireLeft(from, count * each);
        return count;
    }

    private int device(ByteBuffer from, int above) throws RefusedException {
        requireLeft(from, Short.BYTES);
        int device = Short.toUnsignedInt(from.getShort());
        require(device > above && device <= plan.devices(), "a device number is out of order or out of range");
        return device;
    }

    private static void requireLeft(ByteBuffer from, int bytes) throws RefusedException {
        require(from.remaining() >= bytes, "it ends early");
    }

    private static void require(boolean condition, String otherwise) throws RefusedException {
        RefusedException.require(condition, otherwise);
    }
}
