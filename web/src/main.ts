/** Front end of carte.html: built around the map that folium makes. */
import "leaflet/dist/leaflet.css";
import "./style.css";
import * as L from "leaflet";
import { ajouterCommandes } from "./commandes";
import { aire } from "./aire";
import { barre } from "./barre";
import { ajouterCommunes } from "./couches/communes";
import { ajouterComparaison } from "./couches/comparaison";
import { ajouterFlux } from "./couches/flux";
import { ajouterImplantations } from "./couches/implantations";
import { ajouterLimites } from "./couches/limites";
import { ajouterMedecins } from "./couches/medecins";
import { ajouterNoms } from "./couches/noms";
import { ajouterPatientele } from "./couches/patientele";
import { ajouterPlan } from "./couches/plan";
import { ajouterProjet } from "./couches/projet";
import { ajouterRoutes } from "./couches/routes";
import { ajouterStructures } from "./couches/structures";
import { ajouterTemps } from "./couches/temps";
import { lire, type Donnees } from "./donnees";
import { el } from "./dom";
import { Magasin } from "./etat";
import { fiche } from "./fiche";
import { plan } from "./fonds";
import { pluriel } from "./format";
import { suivreImpression, pied } from "./impression";
import { suivreAdresse } from "./lien";
import { notes } from "./notes";
import { recherche } from "./recherche";
import { reglages } from "./reglages";
import { tableau } from "./tableau";

const MARGE = 24;
const LARGEUR_FICHE = 360;
/** Choices that draw a layer again. */
const CALQUES = ["medecins", "flux", "routes", "patientele", "zonages", "commune"] as const;

/** Warnings, side by side where they fit; folded, they leave a line that says how many. */
function bandeaux(donnees: Donnees): HTMLElement[] {
  if (!donnees.bandeaux.length) return [];
  const textes = donnees.bandeaux.map(({ genre, texte }) =>
    el("p", { class: `bandeau ${genre}`, role: "note" }, texte),
  );
  const bouton = el("button", { type: "button", class: "replier", "aria-expanded": true }, "Replier");
  const bloc = el("div", { class: "bandeaux" }, ...textes, bouton);
  bouton.addEventListener("click", () => {
    const replie = bloc.classList.toggle("replies");
    bouton.textContent = replie ? `Afficher ${pluriel(textes.length, "avertissement")}` : "Replier";
    bouton.setAttribute("aria-expanded", String(!replie));
    // The map has another height.
    window.dispatchEvent(new Event("resize"));
  });
  return [bloc];
}

function entete(donnees: Donnees): HTMLElement {
  return el(
    "header",
    { class: "entete" },
    el(
      "div",
      { class: "titre" },
      el("h1", {}, donnees.titre),
      el("p", {}, "Accès aux médecins généralistes"),
    ),
    el("p", { class: "sous-titre" }, donnees.sous_titre),
    ...bandeaux(donnees),
  );
}

function demarrer(carte: L.Map, identifiant: string): void {
  const donnees = lire(identifiant);
  const magasin = new Magasin({
    // A page of scenarios opens on what the first one changes.
    indicateur: (donnees.indicateurs.find(({ avant }) => avant) ?? donnees.indicateurs[0])?.cle ?? "",
    fond: "communes",
    plan: false,
    sens: "tous",
    structures: [],
    medecins: true,
    flux: false,
    limites: true,
    noms: true,
    routes: true,
    patientele: false,
    projet: true,
    implantations: false,
    lieux: 0,
    barre: 50,
    zonages: [],
    commune: null,
    survol: null,
  });
  // One canvas for every layer: a second one would hide the first from the pointer.
  carte.options.renderer = L.canvas({ padding: 0.3 });
  const conteneur = carte.getContainer();
  conteneur.setAttribute("role", "main");
  conteneur.setAttribute("aria-label", "Carte des communes");

  const [ouest, sud, est, nord] = donnees.emprise;
  const emprise = L.latLngBounds([sud, ouest], [nord, est]);
  const panneau = fiche(donnees, magasin, conteneur);
  const choixPlan = plan(magasin);
  conteneur.before(
    entete(donnees),
    recherche(donnees, magasin, (commune) => {
      magasin.changer({ commune });
      const large = window.innerWidth >= 900;
      carte.fitBounds(emprises(commune), {
        maxZoom: 11,
        paddingTopLeft: [MARGE, MARGE],
        paddingBottomRight: [large ? LARGEUR_FICHE + MARGE : MARGE, MARGE],
      });
    }),
    el(
      "section",
      { class: "reglages", "aria-label": "Réglages et légende" },
      ...reglages(donnees, magasin),
      choixPlan.bloc,
      tableau(donnees, magasin),
      ...aire(donnees, magasin),
      notes(donnees),
    ),
  );
  conteneur.after(barre(donnees, magasin), panneau, pied(donnees));

  carte.invalidateSize({ animate: false });
  const vueGenerale = (animate: boolean) =>
    carte.fitBounds(emprise, { padding: [MARGE, MARGE], animate });
  vueGenerale(false);
  carte.setMinZoom(Math.max(0, carte.getZoom() - 1.5));
  carte.setMaxZoom(15);
  carte.setMaxBounds(emprise.pad(1.2));

  ajouterCommandes(carte, () => vueGenerale(true));
  ajouterPlan(carte, magasin, choixPlan.annoncer);
  ajouterTemps(carte, donnees, magasin);
  ajouterComparaison(carte, donnees, magasin);
  const emprises = ajouterCommunes(carte, donnees, magasin);
  const calques = [
    ajouterPatientele(carte, donnees, magasin),
    ajouterRoutes(carte, donnees, magasin),
    ajouterLimites(carte, donnees, magasin),
    ajouterFlux(carte, donnees, magasin),
    ajouterMedecins(carte, donnees, magasin),
  ];
  // A layer switched on again comes over the others: each is put back at its height.
  magasin.observer((_, change) => {
    if (!CALQUES.some((cle) => change.has(cle))) return;
    for (const calque of calques) if (carte.hasLayer(calque)) calque.bringToFront();
  });
  ajouterNoms(carte, donnees, magasin);
  ajouterStructures(carte, donnees, magasin);
  ajouterProjet(carte, donnees, magasin);
  ajouterImplantations(carte, donnees, magasin);
  suivreAdresse(carte, donnees, magasin);
  suivreImpression(carte);
}

// folium's own script needs Leaflet as a global.
Object.assign(globalThis, { L, diagterritoire: { demarrer } });
