// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.devices.v1.Work;
import dev.rivulet.edge.FederationClient;
import dev.rivulet.edge.FederationClient.About;
import dev.rivulet.edge.RefusedByFederationException;
import dev.rivulet.edge.Trainer.Outcome.Trained;
import dev.rivulet.federated.secagg.MaskedMean;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import dev.rivulet.federation.publication.Models;
import dev.rivulet.federation.rounds.Federations;
import dev.rivulet.federation.secureaggregation.Step;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Devices whose updates nobody sees, over real HTTP: the sum is theirs to the bit, whoever drops out on the way. */
@WholeFederation
class SecureRoundIT {

    private static final int DEVICES = 10;
    private static final int BITS = 24;
    private static final int SIZE = Clusters.DIMENSIONS * Clusters.CLASSES + Clusters.CLASSES;
    private static final MaskedMean FORM = MaskedMean.finest(SIZE, 0.5, DEVICES, BITS, 90);
    private static final String POLICY = """
            {"goal": 10, "quorum": 7, "over_selection": 1, "gather": "PT30S", "cut_off": "PT60S",
             "deadline": "PT60S"}""";
    private static final String SECURE = """
            {"mode": "MASKED", "bits": 24, "range": 0.5, "most_weight": 90, "step": "PT60S"}""";

    private static final List<String> FOUL = List.of(
            "masked-only",
            "not-selected",
            "malformed",
            "too-large",
            "forged",
            "replayed",
            "duplicate",
            "out-of-step",
            "late");

    @LocalServerPort
    private int port;

    @Autowired
    private Models models;

    @Autowired
    private Federations federations;

    @Autowired
    private MeterRegistry meters;

    @Autowired
    private Recorder recorder;

    @Test
    void theModelIsTheMeanOfVectorsThatTheServiceNeverHad() throws Exception {
        List<int[]> vectors = new ArrayList<>();
        List<byte[]> came;
        try (Operator operator = new Operator(port)) {
            make(operator, "masked", 1);
            try (Fleet fleet = new Fleet(operator.service(), operator.token("masked", DEVICES))) {
                recorder.begin();
                for (int i = 0; i < DEVICES; i++) {
                    String label = "masked-" + i;
                    float[] update = update(i);
                    double weight = 9 * (i + 1);
                    double loss = 0.25 * i;
                    fleet.started(
                            label,
                            task -> new Trained(
                                    new Parameters(task.model().layout(), update),
                                    weight,
                                    Map.of(Update.LOSS_BEFORE, loss)));
                    vectors.add(FORM.encode(update, weight, OptionalDouble.of(loss), new Random(label.hashCode())));
                }
                operator.start("masked");
                done(operator, "masked");
                came = recorder.end();
            }
            JsonNode events = operator.events("masked", 1);
            assertThat(types(events)).startsWith("Opened").endsWith("Closed", "Aggregated", "Published");
            assertThat(types(events)).filteredOn("Counted"::equals).hasSize(DEVICES);
            assertSum(events, vectors);
            double told = events.findValue("loss_before").asDouble();
            assertThat(told).isBetween(1.4, 1.6);
        }
        assertMean(vectors);
        assertNothingShown(came, vectors);
    }

    private void assertMean(List<int[]> vectors) {
        Layout layout = models.layout("masked").orElseThrow();
        Parameters model = models.load(models.published("masked", 1).orElseThrow(), layout);
        MaskedMean.Read.Mean mean = (MaskedMean.Read.Mean) FORM.decode(sum(vectors), DEVICES);
        assertThat(model.values()).containsExactly(mean.values());
        float[] exact = new float[SIZE];
        for (int i = 0; i < DEVICES; i++) {
            float[] update = update(i);
            for (int at = 0; at < SIZE; at++) {
                exact[at] += update[at] * (i + 1) / 55;
            }
        }
        for (int at = 0; at < SIZE; at++) {
            assertThat(mean.values()[at]).isBetween(exact[at] - 1e-5f, exact[at] + 1e-5f);
        }
    }

    /** Each device's vector comes once, under masks, and in no message are its integers, of any width in bytes that holds them. */
    private static void assertNothingShown(List<byte[]> came, List<int[]> vectors) {
        int masked = 3 + 32 + 2 + FORM.length() * BITS / Byte.SIZE;
        assertThat(came).filteredOn(part -> part.length == masked).hasSize(DEVICES);
        for (int[] vector : vectors) {
            ByteBuffer packed = ByteBuffer.allocate(SIZE * 3);
            ByteBuffer ints = ByteBuffer.allocate(SIZE * 4).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < SIZE; i++) {
                packed.put((byte) vector[i]).put((byte) (vector[i] >> 8)).put((byte) (vector[i] >> 16));
                ints.putInt(vector[i]);
            }
            for (byte[] part : came) {
                assertThat(Bytes.longestCommon(part, packed.array())).isLessThan(6);
                assertThat(Bytes.longestCommon(part, ints.array())).isLessThan(6);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = Step.class, names = "SURVIVORS", mode = EnumSource.Mode.EXCLUDE)
    void threeOfTenMayDropOutAtAnyStep(Step step) throws Exception {
        String name = "drops-" + step.wire();
        try (Operator operator = new Operator(port);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            make(operator, name, 1);
            try (Fleet fleet = new Fleet(operator.service(), operator.token(name, DEVICES))) {
                List<SteppingDevice> devices = selected(operator, name, fleet, threads);
                List<Callable<Void>> runs = new ArrayList<>();
                for (SteppingDevice device : devices) {
                    boolean drops = device.number() % 3 == 0;
                    runs.add(() -> {
                        device.run(drops ? step : Step.SURVIVORS);
                        return null;
                    });
                }
                for (Future<Void> run : threads.invokeAll(runs)) {
                    run.get();
                }
                done(operator, name);
                List<int[]> summed = devices.stream()
                        .filter(device -> step == Step.UNMASK || device.number() % 3 != 0)
                        .map(SteppingDevice::vector)
                        .toList();
                assertThat(summed).hasSize(step == Step.UNMASK ? 10 : 7);
                assertSum(operator.events(name, 1), summed);
            }
        }
    }

    @Test
    void withTooFewLeftARoundFailsAndTheNextBegins() throws Exception {
        try (Operator operator = new Operator(port);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            make(operator, "few", 1);
            try (Fleet fleet = new Fleet(operator.service(), operator.token("few", DEVICES))) {
                List<FederationClient> clients = present(fleet, "few");
                List<SteppingDevice> devices = selected(operator, "few", clients, threads);
                List<Future<String>> codes = new ArrayList<>();
                for (SteppingDevice device : devices) {
                    Step until = device.number() <= 4 ? Step.VECTOR : Step.SURVIVORS;
                    codes.add(threads.submit(() -> code(() -> device.run(until))));
                }
                List<String> told = new ArrayList<>();
                for (Future<String> code : codes) {
                    told.add(code.get());
                }
                assertThat(told).contains("late").containsOnly("late", "ok");
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> types(operator.events("few", 1)).getLast(), "Failed"::equals);
                assertThat(operator.events("few", 1).toString()).contains("QUORUM_IMPOSSIBLE");

                List<SteppingDevice> again = selected(operator, "few", clients, threads);
                assertThat(again).allMatch(device -> device.work().getRound() == 2);
                List<Callable<Void>> runs = new ArrayList<>();
                again.forEach(device -> runs.add(() -> {
                    device.run(Step.SURVIVORS);
                    return null;
                }));
                for (Future<Void> run : threads.invokeAll(runs)) {
                    run.get();
                }
                done(operator, "few");
                assertSum(
                        operator.events("few", 2),
                        again.stream().map(SteppingDevice::vector).toList());
            }
        }
    }

    @Test
    void aServiceThatBeginsAnewFailsTheRoundAndCountsNothingOfIt() throws Exception {
        try (Operator operator = new Operator(port);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            make(operator, "interrupted", 1);
            try (Fleet fleet = new Fleet(operator.service(), operator.token("interrupted", DEVICES))) {
                List<FederationClient> clients = present(fleet, "interrupted");
                List<SteppingDevice> devices = selected(operator, "interrupted", clients, threads);
                Future<String> waits = threads.submit(() -> code(() -> {
                    byte[] keys = devices.getFirst().keys();
                    devices.getFirst().send(Step.KEYS, keys);
                }));
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> devices.getLast().work().hasSecure());
                federations.stop();
                federations.start();
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> types(operator.events("interrupted", 1)).getLast(), "Failed"::equals);
                assertThat(operator.events("interrupted", 1).toString()).contains("INTERRUPTED");
                assertThat(waits.get(60, TimeUnit.SECONDS)).isEqualTo("late");
                List<Callable<Void>> runs = new ArrayList<>();
                selected(operator, "interrupted", clients, threads)
                        .forEach(device -> runs.add(() -> {
                            device.run(Step.SURVIVORS);
                            return null;
                        }));
                threads.invokeAll(runs);
                done(operator, "interrupted");
                assertThat(operator.look("interrupted").at("/version").asLong()).isEqualTo(1);
            }
        }
    }

    @Test
    void aRoundThatBeganUnderMasksTakesNothingThatShowsWhenTheNextOneWillSeeUpdates() throws Exception {
        try (Operator operator = new Operator(port);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            make(operator, "unmasked", 1);
            try (Fleet fleet = new Fleet(operator.service(), operator.token("unmasked", DEVICES))) {
                List<FederationClient> clients = present(fleet, "unmasked");
                long round = selected(operator, "unmasked", clients, threads)
                        .getFirst()
                        .work()
                        .getRound();
                operator.change("unmasked", """
                        {"secure": {"mode": "NONE", "bits": null, "range": null, "most_weight": null, "step": null}}""");

                assertThat(code(() -> clients.getFirst().upload(new About(round, 0, 1, Map.of()), new byte[9])))
                        .isEqualTo("masked-only");
            }
        }
    }

    @Test
    void whatDoesNotBelongIsRefusedWithItsReasonAndTheSumIsRight() throws Exception {
        try (Operator operator = new Operator(port);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            make(operator, "foul", 1);
            try (Fleet fleet = new Fleet(operator.service(), operator.token("foul", DEVICES + 1))) {
                List<FederationClient> clients = present(fleet, "foul");
                FederationClient outsider = fleet.enrolled("outsider");
                List<SteppingDevice> devices = selected(operator, "foul", clients, threads);
                SteppingDevice one = devices.getFirst();
                SteppingDevice two = devices.get(1);
                long round = one.work().getRound();

                assertThat(code(() -> clients.getFirst().upload(new About(round, 0, 1, Map.of()), new byte[9])))
                        .isEqualTo("masked-only");
                assertThat(code(() -> outsider.secure(round, "keys", one.keys(), Duration.ZERO)))
                        .isEqualTo("not-selected");
                assertThat(code(() -> clients.getFirst().secure(round, "hats", one.keys(), Duration.ZERO)))
                        .isEqualTo("not-found");
                assertThat(code(() -> clients.getFirst().secure(round + 1, "keys", one.keys(), Duration.ZERO)))
                        .isEqualTo("unknown-round");
                foulAt(Step.KEYS, one, two.keys());

                Future<String> waiting = fouled(fleet.raw(clients.getFirst()), one, threads);

                List<byte[]> answers =
                        SteppingTogether.all(threads, devices, Step.KEYS, one.keys(), SteppingDevice::keys);
                assertThat(waiting.get(60, TimeUnit.SECONDS)).isEqualTo("ok");
                List<byte[]> shares = SteppingTogether.after(devices, Step.KEYS, answers);
                foulAt(Step.SHARES, one, shares.get(1));
                answers = SteppingTogether.all(threads, devices, Step.SHARES, shares);
                assertThat(code(() -> one.send(Step.KEYS, one.keys()))).isEqualTo("late");
                List<byte[]> vectors = SteppingTogether.after(devices, Step.SHARES, answers);
                foulAt(Step.VECTOR, one, vectors.get(1));
                answers = SteppingTogether.all(threads, devices, Step.VECTOR, vectors);
                List<byte[]> unmasking = SteppingTogether.after(devices, Step.VECTOR, answers);
                foulAt(Step.UNMASK, one, unmasking.get(1));
                assertThat(code(() -> one.send(Step.VECTOR, vectors.get(1)))).isEqualTo("late");
                SteppingTogether.all(threads, devices, Step.UNMASK, unmasking);
                done(operator, "foul");
                assertSum(
                        operator.events("foul", 1),
                        devices.stream().map(SteppingDevice::vector).toList());
            }
        }
        for (String reason : FOUL) {
            assertThat(meters.counter("rivulet.federation.refusals", "reason", reason)
                            .count())
                    .as(reason)
                    .isPositive();
        }
    }

    /** Keys that come again, from somebody else, and changed; what came first is still waited with. */
    private static Future<String> fouled(RawDevice raw, SteppingDevice one, ExecutorService threads) throws Exception {
        String path = "/federation/v1/rounds/" + one.work().getRound() + "/secure/keys";
        byte[] keys = one.keys();
        HttpRequest request = raw.signed("POST", path, keys, 0);
        Future<String> waiting = threads.submit(() -> raw.sent(request));
        await().atMost(Duration.ofSeconds(20)).until(() -> raw.sent(request), "replayed"::equals);
        assertThat(raw.sent(raw.signed("POST", path, keys, 0, DeviceKeys.generate(), System.currentTimeMillis())))
                .isEqualTo("forged");
        byte[] other = keys.clone();
        other[other.length - 1] ^= 1;
        await().atMost(Duration.ofSeconds(20)).until(() -> code(() -> one.send(Step.KEYS, other)), "duplicate"::equals);
        return waiting;
    }

    /** What may go wrong at each step, before the device has sent what it should. */
    private static void foulAt(Step step, SteppingDevice one, byte[] ofAnother) {
        assertThat(code(() -> one.send(step, ofAnother))).isEqualTo("forged");
        assertThat(code(() -> one.send(step, new byte[] {1, 2, 3}))).isEqualTo("malformed");
        assertThat(code(() -> one.send(step, new byte[0]))).isEqualTo("malformed");
        assertThat(code(() -> one.send(step, new byte[9_000_000]))).isEqualTo("too-large");
        if (step == Step.VECTOR) {
            assertThat(code(() -> one.send(step, one.longerVector()))).isEqualTo("malformed");
        }
        if (step != Step.KEYS) {
            assertThat(code(() -> one.send(step, one.keys()))).isEqualTo("malformed");
        }
        if (step != Step.UNMASK) {
            assertThat(code(() -> one.send(Step.UNMASK, ofAnother))).isEqualTo("out-of-step");
        }
    }

    private interface Sending {
        void send() throws Exception;
    }

    private static String code(Sending sending) {
        try {
            sending.send();
            return "ok";
        } catch (RefusedByFederationException e) {
            return e.code();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void make(Operator operator, String name, int rounds) {
        operator.make(name, Clusters.DIMENSIONS, Clusters.CLASSES, POLICY, rounds, 4096, SECURE);
    }

    private static List<FederationClient> present(Fleet fleet, String name) throws Exception {
        List<FederationClient> clients = new ArrayList<>();
        for (int i = 0; i < DEVICES; i++) {
            clients.add(fleet.present(name + "-" + i));
        }
        return clients;
    }

    private List<SteppingDevice> selected(Operator operator, String name, Fleet fleet, ExecutorService threads)
            throws Exception {
        return selected(operator, name, present(fleet, name), threads);
    }

    /** All devices with the work of one round, the federation having been started. */
    private List<SteppingDevice> selected(
            Operator operator, String name, List<FederationClient> clients, ExecutorService threads) throws Exception {
        List<Callable<SteppingDevice>> waits = new ArrayList<>();
        for (FederationClient client : clients) {
            waits.add(() -> {
                Work work = client.await(Duration.ofSeconds(60)).orElseThrow();
                return new SteppingDevice(
                        client, work, client.identity().device().hashCode());
            });
        }
        List<Future<SteppingDevice>> futures = new ArrayList<>();
        waits.forEach(wait -> futures.add(threads.submit(wait)));
        operator.start(name);
        List<SteppingDevice> devices = new ArrayList<>();
        for (Future<SteppingDevice> future : futures) {
            devices.add(future.get(60, TimeUnit.SECONDS));
        }
        return devices;
    }

    private static void done(Operator operator, String name) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> operator.look(name).at("/stopped").asString(""), "rounds_done"::equals);
    }

    private static float[] update(int device) {
        Random random = new Random(device);
        float[] update = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            update[i] = random.nextFloat() - 0.5f;
        }
        return update;
    }

    private static int[] sum(List<int[]> vectors) {
        int[] sum = new int[FORM.length()];
        for (int[] vector : vectors) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] = sum[i] + vector[i] & (1 << BITS) - 1;
            }
        }
        return sum;
    }

    /** The round closed with the plain sum of these vectors. */
    private static void assertSum(JsonNode events, List<int[]> vectors) {
        int[] sum = sum(vectors);
        ByteBuffer bytes = ByteBuffer.allocate(4 * sum.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(sum);
        JsonNode closed = events.valueStream()
                .filter(event -> event.at("/type").asString().equals("Closed"))
                .findFirst()
                .orElseThrow();
        assertThat(closed.at("/event/sum/devices").asInt()).isEqualTo(vectors.size());
        assertThat(closed.at("/event/sum/sha256").asString()).isEqualTo(DeviceKeys.sha256(bytes.array()));
    }

    private static List<String> types(JsonNode events) {
        return events.valueStream().map(event -> event.at("/type").asString()).toList();
    }
}
