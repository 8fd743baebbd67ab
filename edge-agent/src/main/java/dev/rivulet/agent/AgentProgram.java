// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.agent;

import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.edge.ClientSettings;
import dev.rivulet.edge.FederationClient;
import dev.rivulet.edge.Identity;
import dev.rivulet.edge.RefusedByFederationException;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.lora.Adaptation;
import dev.rivulet.lora.AdaptedDecoder;
import dev.rivulet.lora.Conversations;
import dev.rivulet.lora.FrozenDecoder;
import dev.rivulet.modelpackage.folder.ModelFolder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The agent as a program: runs until it is stopped. */
@Command(
        name = "edge-agent",
        mixinStandardHelpOptions = true,
        description = {
            "Trains an adapter of the site's assistant on what its people say of answers, when the machine is idle, in a",
            "federation. Words stay at the site. RIVULET_API_KEY is the site's key at its gateway."
        })
public final class AgentProgram implements Callable<Integer> {

    private static final Duration PAUSE = Duration.ofSeconds(30);
    private static final int MOST_TOKENS = 512;

    @Option(names = "--gateway", required = true, description = "Address of the site's gateway.")
    private URI gateway = URI.create("http://127.0.0.1:7100");

    @Option(names = "--federation", required = true, description = "Address of the federation.")
    private URI federation = URI.create("http://127.0.0.1:7106");

    @Option(names = "--token", defaultValue = "", description = "Token to enrol with; needed once.")
    private String token = "";

    @Option(names = "--model", required = true, description = "Folder of the base model.")
    private Path model = Path.of(".");

    @Option(names = "--state", required = true, description = "Folder of the agent: identity, newest adapter.")
    private Path state = Path.of(".");

    @Option(names = "--label", defaultValue = "site", description = "What the federation calls the site.")
    private String label = "site";

    @Option(names = "--rank", defaultValue = "2", description = "Rank of the adapter; the federation's (default 2).")
    private int rank;

    @Option(names = "--alpha", defaultValue = "16", description = "Its alpha; the federation's (default 16).")
    private double alpha;

    @Option(names = "--seed", defaultValue = "1", description = "Of its frozen factors; the federation's (default 1).")
    private long seed;

    @Option(names = "--targets", split = ",", defaultValue = "v_proj,down_proj", description = "Adapted layers.")
    private List<String> targets = List.of();

    @Option(names = "--clip", defaultValue = "1", description = "Norm of one lesson's gradient (default 1).")
    private double clip;

    @Option(
            names = "--noise",
            defaultValue = "0.8",
            description = "Noise in units of the clip; 0 for none (default 0.8).")
    private double noise;

    @Option(names = "--epsilon", defaultValue = "10", description = "Privacy that may be spent in all (default 10).")
    private double epsilon;

    @Option(names = "--delta", defaultValue = "1e-5", description = "Of ε (default 1e-5).")
    private double delta;

    @Option(names = "--set-aside", defaultValue = "5", description = "One in so many is never learnt (default 5).")
    private int setAside;

    @Option(
            names = "--most",
            defaultValue = "2000",
            description = "Newest pieces of feedback learnt from (default 2000).")
    private int most;

    @Option(
            names = "--most-load",
            defaultValue = "0.5",
            description = "Load per core up to which it trains (default 0.5).")
    private double mostLoad;

    @Option(names = "--on-battery", description = "Train without being plugged in.")
    private boolean onBattery;

    @Option(names = "--from", defaultValue = "00:00", description = "Time of day from which it trains.")
    private LocalTime from = LocalTime.MIDNIGHT;

    @Option(names = "--until", defaultValue = "00:00", description = "Time of day until which; as --from for always.")
    private LocalTime until = LocalTime.MIDNIGHT;

    private AgentProgram() {}

    /** See the type. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new AgentProgram())
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    System.err.println(failure.getMessage() == null ? failure.toString() : failure.getMessage());
                    return 1;
                })
                .execute(arguments));
    }

    @Override
    public Integer call()
            throws IOException, ModelRejectedException, InterruptedException, RefusedByFederationException {
        String key = System.getenv().getOrDefault("RIVULET_API_KEY", "");
        if (key.isBlank()) {
            throw new IllegalArgumentException("RIVULET_API_KEY is not set: it is the site's key at its gateway");
        }
        ModelFolder folder = ModelFolder.open(model);
        AdaptedDecoder decoder =
                new AdaptedDecoder(FrozenDecoder.read(folder), new Adaptation(rank, alpha, seed, targets));
        SecureRandom random = new SecureRandom();
        try (Conversations conversations = Conversations.of(folder, MOST_TOKENS, Clock.systemUTC());
                GatewayFeedback feedback = new GatewayFeedback(gateway, key, most)) {
            AdapterTrainer trainer = new AdapterTrainer(
                    decoder, conversations, feedback, setAside, new Privacy(clip, noise, epsilon, delta), random);
            SavingTrainer saving = new SavingTrainer(
                    trainer,
                    decoder,
                    state.resolve("adapter"),
                    model.getFileName().toString());
            run(client(random), saving, random);
        }
        return 0;
    }

    private void run(FederationClient client, SavingTrainer trainer, SecureRandom random) throws InterruptedException {
        IdlePolicy policy = new IdlePolicy(mostLoad, onBattery, from, until);
        try (SiteAgent agent = new SiteAgent(
                client,
                trainer,
                policy,
                new ThisMachine(),
                Clock.systemDefaultZone(),
                PAUSE,
                System.err::println,
                random)) {
            agent.start();
            new CountDownLatch(1).await();
        }
    }

    private FederationClient client(SecureRandom random)
            throws IOException, InterruptedException, RefusedByFederationException {
        KeptIdentity kept = new KeptIdentity(state.resolve("identity.properties"));
        Optional<Identity> known = kept.read();
        if (known.isPresent()) {
            return FederationClient.of(federation, known.get(), ClientSettings.USUAL, Clock.systemUTC(), random);
        }
        if (token.isEmpty()) {
            throw new IllegalArgumentException("the site has not enrolled yet: give --token once");
        }
        FederationClient client = FederationClient.enrol(
                federation, token, DeviceKeys.generate(), label, ClientSettings.USUAL, Clock.systemUTC(), random);
        kept.keep(client.identity());
        return client;
    }
}
