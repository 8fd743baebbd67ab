// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.buildings.loop;

import dev.rivulet.agent.GatewayDoor;
import dev.rivulet.agent.Privacy;
import dev.rivulet.edge.RefusedByFederationException;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.lora.Adaptation;
import dev.rivulet.lora.AdaptedDecoder;
import dev.rivulet.lora.Conversations;
import dev.rivulet.lora.FrozenDecoder;
import dev.rivulet.modelpackage.folder.ModelFolder;
import dev.rivulet.models.BuildingSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The three houses with their people and their agents in one process. It speaks JSON, one object a line, with whoever started it: first
 * it says {@code prepared}; then it is told what to {@code do} and says {@code done} with what came of it: {@code meet} the gateway,
 * {@code measure}, {@code live} a day, {@code enrol}, {@code leave}, {@code values} of a version, {@code judge}, {@code rest} and {@code forget}. It ends
 * when its input does.
 */
@Command(name = "loop", mixinStandardHelpOptions = true, description = "Houses of the closed loop's demonstration.")
public final class LoopProgram implements Callable<Integer> {

    private static final int MOST_TOKENS = 256;
    private static final int LONGEST_ANSWER = 32;
    private static final double DELTA = 1e-3;
    private static final double MOST_EPSILON = 1e6;

    @Option(names = "--models", required = true, description = "Folder models/ of the checkout.")
    private Path models = Path.of("models");

    @Option(names = "--daily", defaultValue = "96", description = "Sayings of a day in each house (default 96).")
    private int daily;

    @Option(names = "--held-out", defaultValue = "32", description = "Sayings it is measured with (default 32).")
    private int heldOut;

    @Option(names = "--seed", defaultValue = "1", description = "Of sayings, people's errors and factors (default 1).")
    private long seed;

    @Option(names = "--noise", defaultValue = "0.7", description = "Noise of training in units of the clip.")
    private double noise;

    private final JsonMapper json = JsonMapper.shared();
    private final PrintStream out;
    private @Nullable Life life;

    private LoopProgram(PrintStream out) {
        this.out = out;
    }

    /** See the type. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new LoopProgram(System.out))
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    System.err.println(failure.getMessage() == null ? failure.toString() : failure.getMessage());
                    return 1;
                })
                .execute(arguments));
    }

    @Override
    public Integer call()
            throws IOException, InterruptedException, RefusedByFederationException, ModelRejectedException {
        if (daily < 1 || heldOut < 1) {
            throw new IllegalArgumentException("--daily and --held-out are 1 or more");
        }
        ModelFolder folder = ModelFolder.open(models.resolve("artefacts/rivulet-assistant"));
        Adaptation adaptation = new Adaptation(2, 16, seed, List.of("v_proj", "down_proj"));
        AdaptedDecoder decoder = new AdaptedDecoder(FrozenDecoder.read(folder), adaptation);
        List<House> houses =
                new Houses(BuildingSchema.read(models.resolve("building/schema.json"))).build(daily, heldOut, seed);
        try (Conversations conversations = Conversations.of(folder, MOST_TOKENS, Clock.systemUTC());
                Agents agents = new Agents(decoder, conversations, System.err);
                BufferedReader told = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            say("prepared", prepared(decoder, houses));
            for (String line = told.readLine(); line != null; line = told.readLine()) {
                say("done", done(json.readTree(line), houses, agents));
            }
        } finally {
            if (life != null) {
                life.close();
            }
        }
        return 0;
    }

    private Map<String, Object> prepared(AdaptedDecoder decoder, List<House> houses) {
        Adaptation adaptation = decoder.adaptation();
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("houses", houses.stream().map(House::name).toList());
        said.put("daily", daily);
        said.put("held_out", heldOut);
        said.put("erring", People.ERRING / 100.0);
        said.put("values", decoder.layout().size());
        said.put("tensors", decoder.layout().tensors());
        said.put("model", bytes(decoder.fresh()));
        said.put("adapter", Map.of("rank", adaptation.rank(), "alpha", adaptation.alpha(), "seed", adaptation.seed()));
        said.put("delta", DELTA);
        return said;
    }

    private Map<String, Object> done(JsonNode wish, List<House> houses, Agents agents)
            throws IOException, InterruptedException, RefusedByFederationException {
        String what = wish.path("do").asString("");
        if (what.equals("meet")) {
            meet(wish, houses, agents);
            return Map.of();
        }
        Life here = life;
        if (here == null) {
            throw new IllegalArgumentException("the houses have not met their gateway yet");
        }
        return switch (what) {
            case "measure" -> here.measured();
            case "live" -> here.day();
            case "enrol" -> {
                agents.enrol(
                        URI.create(wish.path("federation").asString()),
                        wish.path("token").asString(),
                        wish.path("poisoned").asString(""));
                yield Map.of();
            }
            case "values" ->
                Map.of(
                        "model",
                        bytes(agents.version(
                                wish.path("version").asLong(),
                                wish.path("sha256").asString())));
            case "leave" -> {
                agents.leave();
                yield Map.copyOf(agents.spent());
            }
            case "judge" -> {
                here.judge(agents.questions());
                yield Map.of();
            }
            case "rest" -> here.rest();
            case "forget" -> here.forgotten();
            default -> throw new IllegalArgumentException("there is nothing like '" + what + "' to do");
        };
    }

    private void meet(JsonNode wish, List<House> houses, Agents agents) {
        URI gateway = URI.create(wish.path("gateway").asString());
        String model = wish.path("model").asString();
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, String> keys = new LinkedHashMap<>();
        List<People> people = new ArrayList<>();
        for (House house : houses) {
            String key = wish.path("keys").path(house.name()).asString();
            keys.put(house.name(), key);
            people.add(new People(house, new GatewayDoor(gateway, key, model, LONGEST_ANSWER), random.split()));
        }
        agents.settle(gateway, keys, new Privacy(1, noise, MOST_EPSILON, DELTA));
        life = new Life(people, System.err);
    }

    /** Float32, little-endian, one tensor after the other. */
    private static byte[] bytes(Parameters model) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * model.size()).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(model.values());
        return bytes.array();
    }

    private void say(String kind, Map<String, Object> what) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("said", kind);
        line.putAll(what);
        out.println(json.writeValueAsString(line));
        out.flush();
    }
}
