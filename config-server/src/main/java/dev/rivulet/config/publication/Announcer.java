// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.publication;

import dev.rivulet.settings.catalogue.LiveSettingsCatalogue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.bus.event.PathDestinationFactory;
import org.springframework.cloud.bus.event.RefreshRemoteApplicationEvent;
import org.springframework.context.ApplicationEventPublisher;

/** Tells the services over the bus that they should read again. */
final class Announcer {

    private static final Logger log = LoggerFactory.getLogger(Announcer.class);

    private final ApplicationEventPublisher bus;
    private final String instance;

    /** @param instance the id of this server on the bus */
    Announcer(ApplicationEventPublisher bus, String instance) {
        this.bus = bus;
        this.instance = instance;
    }

    /** @return false if the broker can't be reached; what was published is stored all the same */
    boolean announce(Site site) {
        String readers = site.application().equals(LiveSettingsCatalogue.EVERY_APPLICATION) ? "**" : site.application();
        try {
            bus.publishEvent(new RefreshRemoteApplicationEvent(
                    this, instance, new PathDestinationFactory().getDestination(readers)));
            return true;
        } catch (RuntimeException e) {
            log.warn("{} was published and not announced: {}", site, e.getMessage());
            return false;
        }
    }
}
