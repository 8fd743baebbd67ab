// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.models;

import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.http.Api;
import dev.rivulet.cli.http.ApiException;
import dev.rivulet.cli.http.TransferProgress;
import dev.rivulet.cli.hub.Patience;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import tools.jackson.databind.JsonNode;

/**
 * The model registry over its HTTP interface.
 *
 * @param api the interface
 * @param patience with connections that break
 */
public record Registry(Api api, Patience patience) {
    /** The alias whose version is served. */
    public static final String CHAMPION = "champion";

    private static final String BASE = "base";
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final TransferProgress NO_PROGRESS =
            new TransferProgress(new PrintStream(OutputStream.nullOutputStream()), false, "", 0, () -> 0);
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int MOST_PAGES = 1_000;

    /** The usual patience. */
    public Registry(Api api) {
        this(api, Patience.usual(_ -> {}));
    }

    /**
     * What a registration did.
     *
     * @param model its name
     * @param version its version
     * @param task what it does
     * @param uploaded bytes that the registry did not have yet
     * @param created whether the version is new
     */
    public record Registration(String model, String version, String task, long uploaded, boolean created) {}

    /** All models, as the registry tells them. */
    public List<JsonNode> models() throws InterruptedException {
        List<JsonNode> models = new ArrayList<>();
        String after = "";
        for (int page = 0; page < MOST_PAGES; page++) {
            JsonNode answer = api.get("/api/models" + after, ANSWER);
            answer.path("models").forEach(models::add);
            String next = answer.path("next").asString("");
            if (next.isEmpty()) {
                return models;
            }
            after = "?after=" + next;
        }
        return models;
    }

    /** A model with its versions, as the registry tells it. */
    public JsonNode model(String name) throws InterruptedException {
        return api.get(path(name), ANSWER);
    }

    /** Takes an alias away and removes the model with all its versions. */
    public void remove(Registration model, String alias) throws InterruptedException {
        api.order("DELETE", path(model.model()) + "/aliases/" + named(alias, "an alias"), ANSWER);
        remove(model.model());
    }

    /** Removes a model with all its versions; refused while an alias or a rollout needs one. */
    void remove(String name) throws InterruptedException {
        api.order("DELETE", path(name), ANSWER);
    }

    /** Removes a version; refused while an alias or a rollout needs it. */
    void remove(String name, String version) throws InterruptedException {
        api.order("DELETE", path(name) + "/versions/" + named(version, "a version"), ANSWER);
    }

    private static String path(String name) {
        return "/api/models/" + named(name, "a model");
    }

    /** A name of another form would be another path. */
    private static String named(String name, String what) {
        if (!name.matches("[A-Za-z0-9._-]{1,100}") || name.matches("\\.+")) {
            throw new UsageException("\"" + name.replaceAll("\\p{C}", "?") + "\" is no name of " + what + ".");
        }
        return name;
    }

    /**
     * Registers a folder as a version and lets an alias point to it; doing it again changes nothing.
     *
     * @param wanted what to register under which names
     */
    public Registration register(Wanted wanted) throws IOException, InterruptedException {
        return register(wanted, "");
    }

    /**
     * The same.
     *
     * @param base name of the model that an adapter changes; empty for what is no adapter
     */
    Registration register(Wanted wanted, String base) throws IOException, InterruptedException {
        ModelFolder folder = ModelFolder.read(wanted.folder(), wanted.task());
        requireBase(folder, base);
        String name = wanted.name().isEmpty() ? folder.name() : wanted.name();
        String version = wanted.version().isEmpty() ? folder.version(base) : wanted.version();
        Map<String, String> tags =
                base.isEmpty() ? Map.of("source", folder.name()) : Map.of("source", folder.name(), BASE, base);
        return register(folder, name, version, wanted, tags, _ -> NO_PROGRESS);
    }

    private static void requireBase(ModelFolder folder, String base) {
        boolean adapter = folder.task().equals(ModelFolder.ADAPTER);
        if (adapter && base.isEmpty()) {
            throw new UsageException(folder.path() + " is a LoRA adapter. Name the registered model that it changes"
                    + " with --base, as in --base rivulet-assistant.");
        }
        if (!adapter && !base.isEmpty()) {
            throw new UsageException("--base is for LoRA adapters, and " + folder.path() + " is a model of its own.");
        }
    }

    /**
     * Registers files that are digested already. Files come first, then the version with all of them at once, then the alias: an end
     * at any point leaves no version or a whole one, and doing it again does what is missing.
     *
     * @param tags of the version
     * @param progress makes what is told of every byte sent, for a number of bytes
     */
    Registration register(
            ModelFolder folder,
            String name,
            String version,
            Wanted wanted,
            Map<String, String> tags,
            LongFunction<TransferProgress> progress)
            throws IOException, InterruptedException {
        if (!exists("/api/models/" + name)) {
            api.send("POST", "/api/models", model(name, folder, wanted), ANSWER);
        }
        boolean created = !has(name, version);
        long uploaded = created ? upload(folder, progress) : 0;
        api.send(
                "POST",
                "/api/models/" + name + "/versions",
                Map.of("version", version, "files", told(folder), "tags", tags),
                ANSWER);
        if (!wanted.alias().isEmpty() && (wanted.move() || !hasAlias(name, wanted.alias()) || created)) {
            point(name, wanted.alias(), version);
        }
        return new Registration(name, version, folder.task(), uploaded, created);
    }

    /**
     * What to register.
     *
     * @param folder the model folder
     * @param name model name, or empty for the folder's
     * @param version version name, or empty for one made from the content
     * @param task what the model does, or empty to read it from its configuration
     * @param alias alias to point to the version, or empty for none
     * @param move whether the alias is moved even if the version was known and the alias points elsewhere
     * @param description for people; may be empty
     */
    public record Wanted(
            Path folder, String name, String version, String task, String alias, boolean move, String description) {}

    private static Map<String, String> model(String name, ModelFolder folder, Wanted wanted) {
        return Map.of("name", name, "task", folder.task(), "description", wanted.description());
    }

    private boolean hasAlias(String model, String alias) throws InterruptedException {
        return api.get("/api/models/" + model, ANSWER).path("aliases").has(alias);
    }

    private boolean exists(String path) throws InterruptedException {
        try {
            api.get(path, ANSWER);
            return true;
        } catch (ApiException e) {
            if (e.status() == NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    /** Whether the registry holds a version. */
    boolean has(String model, String version) throws InterruptedException {
        return exists("/api/models/" + model + "/versions/" + version);
    }

    /** Lets an alias point to a version. */
    void point(String model, String alias, String version) throws InterruptedException {
        api.send("PUT", "/api/models/" + model + "/aliases/" + alias, Map.of("version", version), ANSWER);
    }

    private static List<Map<String, Object>> told(ModelFolder folder) {
        return folder.files().stream()
                .map(file -> Map.<String, Object>of("path", file.path(), "sha256", file.sha256(), "size", file.size()))
                .toList();
    }

    private long upload(ModelFolder folder, LongFunction<TransferProgress> progress)
            throws IOException, InterruptedException {
        List<ModelFolder.ModelFile> missing = new ArrayList<>();
        for (ModelFolder.ModelFile file : folder.files()) {
            if (api.head(blob(file), ANSWER) != OK) {
                missing.add(file);
            }
        }
        long bytes = missing.stream().mapToLong(ModelFolder.ModelFile::size).sum();
        TransferProgress shown = progress.apply(bytes);
        BlobUpload upload = new BlobUpload(api, patience, shown);
        for (ModelFolder.ModelFile file : missing) {
            upload.send(file);
        }
        shown.end();
        return bytes;
    }

    private static String blob(ModelFolder.ModelFile file) {
        return "/api/blobs/" + file.sha256();
    }
}
