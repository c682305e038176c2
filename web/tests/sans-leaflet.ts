/** Stands for Leaflet, which no test calls. */
export {};
