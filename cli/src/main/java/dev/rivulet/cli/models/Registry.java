package dev.rivulet.cli.models;

import dev.rivulet.cli.http.Api;
import dev.rivulet.cli.http.ApiException;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The model registry over its HTTP interface.
 *
 * @param api the interface
 */
public record Registry(Api api) {
    /** The alias whose version is served. */
    public static final String CHAMPION = "champion";

    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final Duration UPLOAD = Duration.ofHours(1);
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int MOST_PAGES = 1_000;

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

    /**
     * Registers a folder as a version and lets an alias point to it; doing it again changes nothing.
     *
     * @param wanted what to register under which names
     */
    public Registration register(Wanted wanted) throws IOException, InterruptedException {
        ModelFolder folder = ModelFolder.read(wanted.folder(), wanted.task());
        String name = wanted.name().isEmpty() ? folder.name() : wanted.name();
        String version = wanted.version().isEmpty() ? folder.version() : wanted.version();
        if (!exists("/api/models/" + name)) {
            api.send("POST", "/api/models", model(name, folder, wanted), ANSWER);
        }
        boolean created = !exists("/api/models/" + name + "/versions/" + version);
        long uploaded = created ? upload(folder) : 0;
        api.send(
                "POST",
                "/api/models/" + name + "/versions",
                Map.of("version", version, "files", folder.files(), "tags", Map.of("source", folder.name())),
                ANSWER);
        if (!wanted.alias().isEmpty() && (wanted.move() || !hasAlias(name, wanted.alias()) || created)) {
            api.send("PUT", "/api/models/" + name + "/aliases/" + wanted.alias(), Map.of("version", version), ANSWER);
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

    private long upload(ModelFolder folder) throws IOException, InterruptedException {
        long uploaded = 0;
        for (ModelFolder.ModelFile file : folder.files()) {
            String blob = "/api/blobs/" + file.sha256();
            if (api.head(blob, ANSWER) != OK) {
                api.put(blob, BodyPublishers.ofFile(folder.path().resolve(file.path())), UPLOAD);
                uploaded += file.size();
            }
        }
        return uploaded;
    }
}
