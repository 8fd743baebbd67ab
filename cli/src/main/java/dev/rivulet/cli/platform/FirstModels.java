// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import dev.rivulet.cli.chat.Completions;
import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.http.Api;
import dev.rivulet.cli.models.BuiltInModels;
import dev.rivulet.cli.models.Registry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Puts the built-in models into the registry and waits until one of them answers at the gateway.
 *
 * @param launches knows addresses and secrets
 * @param progress where to say it
 */
record FirstModels(Launches launches, Progress progress) {
    private static final Duration POLL = Duration.ofMillis(200);

    /**
     * Registers the built-in models.
     *
     * @return the model that answers, if the parts that are up can answer at all
     */
    Optional<String> register(Set<Part> parts, Platform platform) throws InterruptedException {
        if (!parts.contains(Part.MODEL_REGISTRY)) {
            return Optional.empty();
        }
        List<Registry.Registration> done = registered();
        if (done.isEmpty()) {
            progress.skipped("models", "no built-in models in models/artefacts; `./rivulet models register FOLDER`");
        }
        done.forEach(model -> progress.done(
                model.model(), "version " + model.version() + (model.created() ? " registered" : " known")));
        boolean answers = parts.contains(Part.GATEWAY) && parts.contains(Part.INFERENCE);
        return answers ? answering(done, platform) : Optional.empty();
    }

    private List<Registry.Registration> registered() throws InterruptedException {
        BuiltInModels models = new BuiltInModels(launches.home().checkout().resolve("models/artefacts"));
        try (Api api = new Api(
                "model-registry",
                launches.ports().url(Part.MODEL_REGISTRY),
                launches.secrets().internalToken())) {
            return models.register(api);
        } catch (IOException e) {
            throw new StartException("The built-in models could not be read", e);
        }
    }

    private Optional<String> answering(List<Registry.Registration> models, Platform platform)
            throws InterruptedException {
        Optional<String> wanted = models.stream()
                .filter(model -> model.task().equals("text-generation"))
                .map(Registry.Registration::model)
                .findFirst();
        if (wanted.isEmpty()) {
            return wanted;
        }
        long begin = System.nanoTime();
        try (Api api = new Api(
                "gateway-service",
                launches.ports().url(Part.GATEWAY),
                launches.secrets().apiKey())) {
            Completions completions = new Completions(api);
            while (!lists(completions, wanted.get())) {
                if (elapsed(begin).compareTo(launches.settings().startTimeout()) > 0) {
                    throw new StartException(
                            wanted.get() + " does not answer at the gateway within "
                                    + launches.settings().startTimeout().toSeconds() + " s",
                            launches.home(),
                            Part.INFERENCE);
                }
                platform.pause(POLL);
            }
        }
        progress.ready(wanted.get(), elapsed(begin), "served");
        return wanted;
    }

    private static Duration elapsed(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private static boolean lists(Completions completions, String model) throws InterruptedException {
        try {
            return completions.models().contains(model);
        } catch (UsageException e) {
            return false;
        }
    }
}
