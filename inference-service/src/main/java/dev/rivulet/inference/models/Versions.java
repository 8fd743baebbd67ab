// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What serves, by model and version. Of every model one version is plain: whoever names no version gets it. Others may serve
 * beside it, for those who name them. Whoever looks a version up while it changes its place finds it. Safe for use by many
 * threads; changes are the caller's to keep apart.
 *
 * @param <T> what serves a version
 */
public final class Versions<T> {

    private final Function<T, ModelVersion> versionOf;
    private final Map<String, T> plain = new ConcurrentSkipListMap<>();
    private final Map<ModelVersion, T> beside =
            new ConcurrentSkipListMap<>(Comparator.comparing(ModelVersion::toString));

    public Versions(Function<T, ModelVersion> versionOf) {
        this.versionOf = versionOf;
    }

    /** What answers for a model. @param version whose answer is wanted; null for the plain one */
    public Optional<T> find(String model, @Nullable String version) {
        T found = plain.get(model);
        if (version == null || found != null && versionOf.apply(found).version().equals(version)) {
            return Optional.ofNullable(found);
        }
        T other = beside.get(new ModelVersion(model, version));
        // It may have become the plain one between the two looks.
        return Optional.ofNullable(other)
                .or(() -> Optional.ofNullable(plain.get(model))
                        .filter(one -> versionOf.apply(one).version().equals(version)));
    }

    /** Of every model its plain version, in order of their names. */
    public List<T> plain() {
        return List.copyOf(plain.values());
    }

    /** The versions beside the plain ones, in order of their names. */
    public List<T> beside() {
        return List.copyOf(beside.values());
    }

    /** The plain versions, then those beside them. */
    public List<T> all() {
        List<T> all = new ArrayList<>(plain.values());
        all.addAll(beside.values());
        return all;
    }

    /** Makes it the plain version of its model. @return what was that before */
    public @Nullable T put(T next) {
        return plain.put(versionOf.apply(next).model(), next);
    }

    /** Serves it beside the plain version of its model. @return what served under the same version there */
    public @Nullable T putBeside(T next) {
        return beside.put(versionOf.apply(next), next);
    }

    /**
     * Makes what serves beside the plain one.
     *
     * @param keep whether what was plain serves on beside it
     * @return what serves no longer, if anything
     * @throws IllegalStateException if the version doesn't serve beside
     */
    public @Nullable T promote(ModelVersion version, boolean keep) {
        T next = beside.get(version);
        if (next == null) {
            throw new IllegalStateException(version + " doesn't serve beside another version");
        }
        T before = plain.get(version.model());
        if (keep && before != null) {
            beside.put(versionOf.apply(before), before);
        }
        plain.put(version.model(), next);
        beside.remove(version);
        return keep ? null : before;
    }

    /** Ends the plain version. @return what it was */
    public @Nullable T remove(String model) {
        return plain.remove(model);
    }

    /** Ends a version that serves beside. @return what it was */
    public @Nullable T remove(ModelVersion version) {
        return beside.remove(version);
    }

    /** Ends all that the condition holds for. */
    public void removeIf(Predicate<T> condition) {
        plain.values().removeIf(condition);
        beside.values().removeIf(condition);
    }

    /** Whether it is the plain version of its model. */
    public boolean isPlain(T serving) {
        return Objects.equals(plain.get(versionOf.apply(serving).model()), serving);
    }

    /** Ends all. */
    public void clear() {
        plain.clear();
        beside.clear();
    }
}
