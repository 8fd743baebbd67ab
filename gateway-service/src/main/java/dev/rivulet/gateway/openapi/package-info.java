// SPDX-License-Identifier: Apache-2.0
/** The OpenAPI document of what this gateway serves, put together from the parts of its features. */
@NullMarked
@ApplicationModule(displayName = "OpenAPI document", allowedDependencies = "exchange")
package dev.rivulet.gateway.openapi;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
