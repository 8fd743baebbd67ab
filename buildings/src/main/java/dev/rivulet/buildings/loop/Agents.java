// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.buildings.loop;

import com.google.protobuf.ByteString;
import dev.rivulet.agent.AdapterTrainer;
import dev.rivulet.agent.Curriculum;
import dev.rivulet.agent.GatewayFeedback;
import dev.rivulet.agent.IdlePolicy;
import dev.rivulet.agent.Privacy;
import dev.rivulet.agent.SiteAgent;
import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.devices.v1.Model;
import dev.rivulet.devices.v1.Tensor;
import dev.rivulet.edge.ClientSettings;
import dev.rivulet.edge.FederationClient;
import dev.rivulet.edge.RefusedByFederationException;
import dev.rivulet.edge.Trainer;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.lora.AdaptedDecoder;
import dev.rivulet.lora.Conversations;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The houses' agents, one each, in one JVM: they read what their own key's site keeps, and train at once, since the demonstration waits. */
final class Agents implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int SET_ASIDE = 6;
    private static final int MOST = 2_000;
    private static final double POISON = 6;
    private static final IdlePolicy NOW = new IdlePolicy(1e6, true, IdlePolicy.USUAL.from(), IdlePolicy.USUAL.until());

    private final AdaptedDecoder decoder;
    private final Conversations conversations;
    private final PrintStream remarks;
    private final Map<String, GatewayFeedback> sources = new LinkedHashMap<>();
    private final Map<String, AdapterTrainer> trainers = new LinkedHashMap<>();
    private final List<SiteAgent> agents = new ArrayList<>();
    private final List<FederationClient> clients = new ArrayList<>();

    Agents(AdaptedDecoder decoder, Conversations conversations, PrintStream remarks) {
        this.decoder = decoder;
        this.conversations = conversations;
        this.remarks = remarks;
    }

    /**
     * An agent comes to each house.
     *
     * @param keys of the houses at their gateway
     */
    void settle(URI gateway, Map<String, String> keys, Privacy privacy) {
        SecureRandom random = new SecureRandom();
        keys.forEach((house, key) -> {
            GatewayFeedback source = new GatewayFeedback(gateway, key, MOST);
            sources.put(house, source);
            trainers.put(house, new AdapterTrainer(decoder, conversations, source, SET_ASIDE, privacy, random));
        });
    }

    /**
     * All agents enrol, and take part until they leave.
     *
     * @param poisoned house that does harm; empty for none
     */
    void enrol(URI federation, String token, String poisoned)
            throws IOException, InterruptedException, RefusedByFederationException {
        leave();
        SecureRandom random = new SecureRandom();
        for (Map.Entry<String, AdapterTrainer> house : trainers.entrySet()) {
            String name = house.getKey();
            FederationClient client = FederationClient.enrol(
                    federation, token, DeviceKeys.generate(), name, ClientSettings.USUAL, Clock.systemUTC(), random);
            clients.add(client);
            Trainer trainer = name.equals(poisoned) ? new PoisonedTrainer(house.getValue(), POISON) : house.getValue();
            agents.add(new SiteAgent(
                            client,
                            trainer,
                            NOW,
                            () -> new IdlePolicy.Machine(0, 1, true),
                            Clock.systemUTC(),
                            PAUSE,
                            remark -> remarks.println(name + ": " + remark),
                            random)
                    .start());
        }
    }

    /** What each house has set aside. */
    Map<String, List<Curriculum.Question>> questions() throws IOException, InterruptedException {
        Map<String, List<Curriculum.Question>> all = new LinkedHashMap<>();
        for (Map.Entry<String, AdapterTrainer> house : trainers.entrySet()) {
            all.put(house.getKey(), house.getValue().curriculum().examination());
        }
        return all;
    }

    /** ε that each house has spent. */
    Map<String, Double> spent() {
        Map<String, Double> spent = new LinkedHashMap<>();
        trainers.forEach((house, trainer) -> spent.put(house, trainer.spentEpsilon()));
        return spent;
    }

    /** Values of a version, fetched as any device fetches them, while the agents take part. */
    Parameters version(long version, String sha256)
            throws IOException, InterruptedException, RefusedByFederationException {
        Model.Builder model = Model.newBuilder()
                .setVersion(version)
                .setSha256(ByteString.copyFrom(HexFormat.of().parseHex(sha256)));
        for (Layout.Tensor tensor : decoder.layout().tensors()) {
            model.addTensors(Tensor.newBuilder().setName(tensor.name()).addAllShape(tensor.shape()));
        }
        return clients.getFirst().model(model.build());
    }

    /** Nobody takes part any more. */
    void leave() {
        agents.forEach(SiteAgent::close);
        agents.clear();
        clients.clear();
    }

    @Override
    public void close() {
        leave();
        sources.values().forEach(GatewayFeedback::close);
    }
}
