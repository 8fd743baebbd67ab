// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.federated.secagg.Message.FromDevice;
import dev.rivulet.federated.secagg.SecAggServer.Phase;
import dev.rivulet.federated.secagg.SecAggServer.Receipt;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** A whole aggregation in one process, every message as bytes; devices drop out before the step that they are listed for. */
final class Aggregation {

    final SecAggPlan plan;
    final SecAggServer server;
    final SortedMap<Integer, SecAggDevice> devices = new TreeMap<>();
    final SortedMap<Integer, int[]> vectors = new TreeMap<>();

    private final MessageCodec codec;

    Aggregation(SecAggPlan plan, long seed) {
        this(plan, seed, new SecAggServer(plan, new SplittableRandom(seed)));
    }

    /** Of devices that keep their sealing keys. */
    Aggregation(SecAggPlan plan, long seed, Map<Integer, SealingKeys> kept) {
        this(plan, seed, new SecAggServer(plan, new SplittableRandom(seed)), kept);
    }

    Aggregation(SecAggPlan plan, long seed, SecAggServer server) {
        this(plan, seed, server, Map.of());
    }

    private Aggregation(SecAggPlan plan, long seed, SecAggServer server, Map<Integer, SealingKeys> kept) {
        this.plan = plan;
        this.codec = new MessageCodec(plan);
        this.server = server;
        RandomGenerator random = new SplittableRandom(seed);
        Map<Integer, KeyPair> pairs = plan.signed() ? identities(plan.devices()) : Map.of();
        Map<Integer, PublicKey> open = new TreeMap<>();
        pairs.forEach((number, pair) -> open.put(number, pair.getPublic()));
        for (int device = 1; device <= plan.devices(); device++) {
            KeyPair pair = pairs.get(device);
            Identity identity = pair == null ? null : new Identity(pair.getPrivate(), open);
            SeededSecureRandom own = new SeededSecureRandom(random.nextLong());
            SealingKeys keys = kept.getOrDefault(device, new SealingKeys(own));
            devices.put(device, new SecAggDevice(plan, device, own, identity, keys));
            vectors.put(
                    device,
                    random.ints(plan.length()).map(each -> each & plan.mask()).toArray());
        }
    }

    private static Map<Integer, KeyPair> identities(int devices) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            Map<Integer, KeyPair> pairs = new TreeMap<>();
            for (int device = 1; device <= devices; device++) {
                pairs.put(device, generator.generateKeyPair());
            }
            return pairs;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs all steps. */
    Phase run(Set<Integer> noKeys, Set<Integer> noShares, Set<Integer> noVector, Set<Integer> noUnmask) {
        advertise(noKeys);
        if (server.phase() == Phase.SHARING) {
            share(noShares);
        }
        if (server.phase() == Phase.MASKING) {
            mask(noVector);
        }
        if (server.phase() == Phase.AGREEING) {
            agree();
        }
        if (server.phase() == Phase.UNMASKING) {
            unmask(noUnmask);
        }
        return server.phase();
    }

    void advertise(Set<Integer> without) {
        devices.forEach((number, device) -> {
            if (!without.contains(number)) {
                send(device.advertise());
            }
        });
        server.close();
    }

    void share(Set<Integer> without) {
        for (int number : server.receivers()) {
            if (!without.contains(number)) {
                send(sent(device(number).share((Message.Circle) told(number))));
            }
        }
        server.close();
    }

    void mask(Set<Integer> without) {
        for (int number : server.receivers()) {
            if (!without.contains(number)) {
                send(sent(device(number).mask((Message.DeliveredShares) told(number), vector(number))));
            }
        }
        server.close();
    }

    void agree() {
        for (int number : server.receivers()) {
            send(sent(device(number).agree((Message.SurvivorList) told(number))));
        }
        server.close();
    }

    void unmask(Set<Integer> without) {
        for (int number : server.receivers()) {
            if (!without.contains(number)) {
                send(sent(device(number).unmask((Message.UnmaskRequest) told(number))));
            }
        }
        server.close();
    }

    /** The plain sum of the survivors' vectors. */
    int[] expected() {
        int[] sum = new int[plan.length()];
        SortedSet<Integer> survivors = new TreeSet<>(server.survivors());
        for (int number : survivors) {
            int[] vector = vector(number);
            for (int i = 0; i < sum.length; i++) {
                sum[i] = (sum[i] + vector[i]) & plan.mask();
            }
        }
        return sum;
    }

    SecAggDevice device(int number) {
        SecAggDevice device = devices.get(number);
        assertThat(device).isNotNull();
        return Objects.requireNonNull(device);
    }

    int[] vector(int number) {
        return Objects.requireNonNull(vectors.get(number));
    }

    /** What the server tells a device, through bytes. */
    Message told(int number) {
        return read(codec.encode(server.messageFor(number)));
    }

    private void send(FromDevice message) {
        assertThat(server.accept((FromDevice) read(codec.encode(message)))).isInstanceOf(Receipt.Accepted.class);
    }

    private Message read(byte[] bytes) {
        MessageCodec.Decoded decoded = codec.decode(bytes);
        assertThat(decoded).isInstanceOf(MessageCodec.Decoded.Read.class);
        return ((MessageCodec.Decoded.Read) decoded).message();
    }

    static <M extends Message> M sent(Reply<M> reply) {
        assertThat(reply).isInstanceOf(Reply.Sent.class);
        return ((Reply.Sent<M>) reply).message();
    }
}
