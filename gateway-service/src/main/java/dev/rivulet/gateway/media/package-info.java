// SPDX-License-Identifier: Apache-2.0
/** Pictures that requests name by address: fetched from listed hosts alone, so that replicas get bytes and fetch nothing. */
@NullMarked
@ApplicationModule(displayName = "Media", allowedDependencies = "exchange")
package dev.rivulet.gateway.media;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
