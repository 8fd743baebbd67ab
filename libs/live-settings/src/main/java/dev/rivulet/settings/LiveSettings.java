// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.settings;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The current value of one settings record. Every {@link #get()} sees one consistent record; ask for it where a decision is
 * made, don't keep it. Safe for use by many threads.
 *
 * @param <T> a record annotated with {@code @ConfigurationProperties}
 */
public final class LiveSettings<T> implements Supplier<T> {

    private static final Logger log = LoggerFactory.getLogger(LiveSettings.class);

    private final String prefix;
    private final Supplier<T> source;
    private final List<Consumer<T>> readers = new CopyOnWriteArrayList<>();
    private volatile T current;
    private volatile @Nullable String refusal;

    LiveSettings(String prefix, Supplier<T> source) {
        this.prefix = prefix;
        this.source = source;
        this.current = source.get();
    }

    @Override
    public T get() {
        return current;
    }

    /** Calls {@code reader} after every change, on the thread that refreshes; it must neither block nor throw. */
    public void onChange(Consumer<T> reader) {
        readers.add(reader);
    }

    String prefix() {
        return prefix;
    }

    /** Why the newest value was not taken; empty if it was. */
    public Optional<String> refusal() {
        return Optional.ofNullable(refusal);
    }

    /** Reads again; keeps the last good value and logs the reason when the new one can't be bound or is refused. */
    void refresh() {
        T next;
        try {
            next = source.get();
        } catch (RuntimeException e) {
            String reason = Refusal.reason(e);
            refusal = reason;
            log.warn("New settings {} are refused, the last good ones stay: {}", prefix, reason);
            return;
        }
        refusal = null;
        if (next.equals(current)) {
            return;
        }
        current = next;
        log.info("Settings {} changed", prefix);
        for (Consumer<T> reader : readers) {
            tell(reader, next);
        }
    }

    private void tell(Consumer<T> reader, T next) {
        try {
            reader.accept(next);
        } catch (RuntimeException e) {
            log.error("A reader of the settings {} failed", prefix, e);
        }
    }
}
